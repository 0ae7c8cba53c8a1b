import fc from 'fast-check';

// The same cases for the same sources: a red run is about what was changed, and can be repeated. VARVE_FULL looks
// further, with another seed each time; a failure prints it.
if (process.env['VARVE_FULL'] !== '1') fc.configureGlobal({ seed: 20_261_122 });
