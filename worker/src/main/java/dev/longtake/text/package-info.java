/**
 * From the words of a prompt to embeds: cleaning, tokenizers, the umT5 encoder, and the known word
 * that a misspelt one may have meant. Sees {@code tensor.Backend} and {@code weights}.
 */
@NullMarked
package dev.longtake.text;

import org.jspecify.annotations.NullMarked;
