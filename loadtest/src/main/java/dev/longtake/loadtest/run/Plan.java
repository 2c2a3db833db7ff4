package dev.longtake.loadtest.run;

import dev.longtake.loadtest.scenario.Scenario;

/**
 * What is to be run.
 *
 * @param seed of everything that is left to chance
 * @param connections that the workers share; as many as workers, as on a farm
 * @param warmUpStories small ones that are rendered before anything counts
 */
public record Plan(Scenario scenario, long seed, int connections, int warmUpStories) {}
