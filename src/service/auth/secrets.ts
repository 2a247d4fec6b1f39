/** Random text, digests and comparison for what must not be guessed. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** So many letters and digits, each equally likely: 5.95 bits a character. */
export function randomText(length: number): string {
  let text = "";
  while (text.length < length) {
    for (const octet of crypto.getRandomValues(new Uint8Array(2 * (length - text.length)))) {
      // Octets from 248 would make the first letters likelier: 248 is 4 times 62.
      if (octet < 248 && text.length < length) text += ALPHABET[octet % 62];
    }
  }
  return text;
}

/** SHA-256 of a text, lower-case hexadecimal. */
export async function digestOf(text: string): Promise<string> {
  const octets = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/** Whether two texts are the same, in a time that tells only their lengths. */
export function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  // Of b past its end NaN comes, which ^ takes for 0.
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}
