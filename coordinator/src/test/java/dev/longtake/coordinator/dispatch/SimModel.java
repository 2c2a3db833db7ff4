package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkState.Done;
import dev.longtake.digest.Digest;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StoryPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * What a simulation renders: a chunk's latents are one number, and each step makes the next one
 * from it and from its neighbours' velocities, so that any slab that is wrong, missing or of
 * another step changes everything after it.
 */
final class SimModel {

  private SimModel() {}

  static long start(String storyId, int shot, int chunk) {
    return mix(mix(storyId.hashCode(), shot), chunk);
  }

  static long velocity(long state, int step) {
    return mix(mix(state, step), 0x5eed);
  }

  /** The state after a step; 0 where there is no neighbour. */
  static long fuse(long state, int step, long left, long own, long right) {
    return mix(mix(mix(mix(state, step), left), own), right);
  }

  static Digest chunk(long state) {
    return Digest.ofText("chunk " + state);
  }

  static Digest joined(List<Digest> chunks) {
    return Digest.ofText("latents " + chunks);
  }

  static Digest segment(Digest latents, int index) {
    return Digest.ofText("segment " + latents + index);
  }

  /** What a film is, without a farm. */
  static List<Digest> film(String storyId, StoryPlan plan) {
    List<Digest> film = new ArrayList<>();
    for (ShotPlan shot : plan.shots()) {
      Digest latents = joined(chunks(storyId, shot));
      for (int i = 0; i < shot.segments().segments().size(); i++) {
        film.add(segment(latents, i));
      }
    }
    return film;
  }

  /** What a farm has made of a film. */
  static List<Digest> film(StoryProgress story) {
    List<Digest> film = new ArrayList<>();
    for (ShotProgress shot : story.shots()) {
      shot.segments().forEach(segment -> film.add(((Done) segment).artifact()));
    }
    return film;
  }

  private static List<Digest> chunks(String storyId, ShotPlan shot) {
    int count = shot.chunks().chunks().size();
    long[] states = new long[count];
    for (int i = 0; i < count; i++) {
      states[i] = start(storyId, shot.shotIndex(), i);
    }
    for (int step = 0; step < shot.inputs().sampling().stepCount(); step++) {
      long[] next = new long[count];
      for (int i = 0; i < count; i++) {
        long left = i == 0 ? 0 : velocity(states[i - 1], step);
        long right = i == count - 1 ? 0 : velocity(states[i + 1], step);
        next[i] = fuse(states[i], step, left, velocity(states[i], step), right);
      }
      states = next;
    }
    List<Digest> chunks = new ArrayList<>();
    for (long state : states) {
      chunks.add(chunk(state));
    }
    return chunks;
  }

  /** SplitMix64's finalizer over both. */
  static long mix(long a, long b) {
    long z = a * 0x9E3779B97F4A7C15L + b;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
