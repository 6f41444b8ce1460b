import { parseImageReference } from '../../core/image-reference.js';
import { remember } from './remember.js';

/** `parseImageReference` for the names of nodes' images, which come again and again. */
export const readReference = remember(parseImageReference);
