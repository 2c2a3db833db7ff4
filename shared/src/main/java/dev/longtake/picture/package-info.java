/**
 * Reference pictures: files of people and programs, read into what a person sees of them. One
 * reader for whoever submits, takes and renders a story, so that what one accepts none refuses.
 */
@NullMarked
package dev.longtake.picture;

import org.jspecify.annotations.NullMarked;
