import { runPart } from './run-part.js';

runPart(import.meta.url);
