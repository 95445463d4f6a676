import { hash } from 'node:crypto';
import type { HashText } from '../../payment/book.ts';

/** SHA-256 (FIPS 180-4). */
export const hashText: HashText = (text) => hash('sha256', text, 'hex');
