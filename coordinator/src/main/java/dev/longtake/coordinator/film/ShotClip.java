package dev.longtake.coordinator.film;

import dev.longtake.coordinator.film.SeamMeter.SeamReport;
import dev.longtake.digest.Digest;

/**
 * What became of one shot on the way into a film.
 *
 * @param clip its file, relative to the film's folder
 * @param row its line on the contact sheet
 */
record ShotClip(String clip, Digest clipDigest, SeamReport seams, ContactSheet.Row row) {}
