/** Every id that package.json and the code share. A test compares them with the manifest, both ways. */

export const containerId = 'varve';

export const viewIds = {
  memory: 'varve.memory',
  inbox: 'varve.inbox',
  sessions: 'varve.sessions',
  runs: 'varve.runs',
} as const;
export type ViewId = (typeof viewIds)[keyof typeof viewIds];

export const commandIds = {
  setUp: 'varve.setUp',
  removeSetUp: 'varve.removeSetUp',
  createClaudeMd: 'varve.createClaudeMd',
  newMemoryFile: 'varve.newMemoryFile',
  moveEntry: 'varve.moveEntry',
  promote: 'varve.promote',
  showEffectiveMemory: 'varve.showEffectiveMemory',
  explainFile: 'varve.explainFile',
  searchMemory: 'varve.searchMemory',
  refreshMemory: 'varve.refreshMemory',
  checkMemory: 'varve.checkMemory',
  regenerateMemory: 'varve.regenerateMemory',
  openToSide: 'varve.openToSide',
  preview: 'varve.preview',
  accept: 'varve.accept',
  edit: 'varve.edit',
  reject: 'varve.reject',
  acceptAll: 'varve.acceptAll',
  why: 'varve.why',
  reviewProposals: 'varve.reviewProposals',
  openProposal: 'varve.openProposal',
  recordDecision: 'varve.recordDecision',
  recordMilestone: 'varve.recordMilestone',
  rememberSelection: 'varve.rememberSelection',
  undo: 'varve.undo',
  showWrite: 'varve.showWrite',
  keepWrite: 'varve.keepWrite',
  takeBackWrite: 'varve.takeBackWrite',
  capture: 'varve.capture',
  openRecord: 'varve.openRecord',
  stillTrue: 'varve.stillTrue',
  retireRecord: 'varve.retireRecord',
  recordsByTime: 'varve.recordsByTime',
  recordsByArea: 'varve.recordsByArea',
  exportDecisions: 'varve.exportDecisions',
  draftChangelog: 'varve.draftChangelog',
  runAgent: 'varve.runAgent',
  runOnSelection: 'varve.runOnSelection',
  runOnFiles: 'varve.runOnFiles',
  fixProblem: 'varve.fixProblem',
  stopRun: 'varve.stopRun',
  steerRun: 'varve.steerRun',
  openRun: 'varve.openRun',
  clearEndedRuns: 'varve.clearEndedRuns',
  openTranscript: 'varve.openTranscript',
  keepRunning: 'varve.keepRunning',
  rewind: 'varve.rewind',
  redoRewind: 'varve.redoRewind',
  forkSession: 'varve.forkSession',
  answerWaiting: 'varve.answerWaiting',
  allowOnce: 'varve.allowOnce',
  allowForSession: 'varve.allowForSession',
  allowAlways: 'varve.allowAlways',
  deny: 'varve.deny',
  showDiff: 'varve.showDiff',
  resumeSession: 'varve.resumeSession',
  showBrief: 'varve.showBrief',
  resumeWork: 'varve.resumeWork',
  continueLastSession: 'varve.continueLastSession',
  refreshSessions: 'varve.refreshSessions',
  searchSessions: 'varve.searchSessions',
  filterSessions: 'varve.filterSessions',
  clearSessionFilter: 'varve.clearSessionFilter',
  groupSessions: 'varve.groupSessions',
  sessionsOfFile: 'varve.sessionsOfFile',
  startFresh: 'varve.startFresh',
  startFromBrief: 'varve.startFromBrief',
  runFromBrief: 'varve.runFromBrief',
  openInTool: 'varve.openInTool',
  keepSessions: 'varve.keepSessions',
  pinSession: 'varve.pinSession',
  unpinSession: 'varve.unpinSession',
  restoreSession: 'varve.restoreSession',
  relinkSessions: 'varve.relinkSessions',
  standup: 'varve.standup',
  learnFromSessions: 'varve.learnFromSessions',
  setApiKey: 'varve.setApiKey',
  chooseModel: 'varve.chooseModel',
  showLog: 'varve.showLog',
} as const;
export type CommandId = (typeof commandIds)[keyof typeof commandIds];

/** Full names, as `getConfiguration` and package.json have them. */
export const settingIds = {
  modelName: 'varve.model.name',
  modelBaseUrl: 'varve.model.baseUrl',
  permissionMode: 'varve.runs.permissionMode',
  engine: 'varve.runs.engine',
  onWindowClose: 'varve.runs.onWindowClose',
  autoCapture: 'varve.capture.onCommit',
  saveCapture: 'varve.capture.onSave',
  taskCapture: 'varve.capture.onTasks',
  inlineReview: 'varve.review.inline',
  recordOrder: 'varve.memory.recordOrder',
  codeLens: 'varve.code.lens',
  sessionGrouping: 'varve.sessions.groupBy',
  otherTools: 'varve.sessions.otherTools',
} as const;

export const contextKeys = {
  /** True once the Memory view was filled and nothing was found. */
  memoryEmpty: 'varve.memoryEmpty',
  /** True where a workspace folder has no Varve memory yet. */
  canSetUp: 'varve.canSetUp',
  canRemove: 'varve.canRemove',
  /** File system paths of proposals: `resourcePath in varve.proposalPaths`. */
  proposalPaths: 'varve.proposalPaths',
  hasPending: 'varve.hasPending',
  hasRunning: 'varve.hasRunning',
  hasEndedRuns: 'varve.hasEndedRuns',
  sessionsFiltered: 'varve.sessionsFiltered',
  /** Addresses of briefs that a run can start from: `resource in varve.briefEditors`. */
  briefEditors: 'varve.briefEditors',
} as const;

export const schemes = {
  /** What an agent will really read for a file. */
  effective: 'varve-effective',
  /** Why one file does or does not load. */
  why: 'varve-why',
  /** Pre-images of what a run changed, and the right side of a change that waits for approval. */
  object: 'varve-object',
  /** A session as a document: what was said, done and changed. */
  transcript: 'varve-run',
  /** Both sides of a plan before it is written. */
  plan: 'varve-plan',
  /** The empty side of a new record, and the commit a proposal came from. */
  review: 'varve-review',
  /** What a resumed session starts from. */
  brief: 'varve-brief',
  /** What a memory file held before and after another program wrote to it. */
  seen: 'varve-seen',
} as const;

/** Name of the API key in the editor's secret storage. */
export const apiKeySecret = 'varve.anthropicApiKey';

/** Words of tree items that menus test with `viewItem =~ /\bword\b/`. */
export const itemWords = {
  file: 'file',
  missing: 'missing',
  movable: 'movable',
  promotable: 'promotable',
  keptRecord: 'keptRecord',
  proposal: 'proposal',
  foreignWrite: 'foreignWrite',
  proposals: 'proposals',
  session: 'session',
  resumable: 'resumable',
  /** A session of another tool. */
  toolSession: 'toolSession',
  pinned: 'pinned',
  notPinned: 'notPinned',
  running: 'running',
  ended: 'ended',
  approval: 'approval',
  approvalWithRule: 'approvalWithRule',
  /** What the model asks the person. */
  question: 'question',
  /** A run that this window only follows. */
  follower: 'follower',
  change: 'change',
} as const;
