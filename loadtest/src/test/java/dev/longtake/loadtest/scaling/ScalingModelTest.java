package dev.longtake.loadtest.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScalingModelTest {

  private static final FilmShape SHOT = new FilmShape(1, 8, 50);
  private static final FilmShape FILM = new FilmShape(128, 8, 50);
  private static final double SLAB = 1e6;

  private static ScalingModel model(double stepSeconds, double slabSeconds, double gigabits) {
    return new ScalingModel(
        new Costs(stepSeconds, slabSeconds, SLAB, 0), Hardware.devices(gigabits, 1, 400e6));
  }

  @Test
  void of_fewerWorkersThanShots_givesEachShotsOfItsOwn() {
    assertThat(Placement.of(FILM, 32)).isEqualTo(new Placement(1, 4, 8, 0, 256));
  }

  @Test
  void of_moreWorkersThanShots_spreadsEachShotOverSome() {
    assertThat(Placement.of(FILM, 512)).isEqualTo(new Placement(4, 1, 2, 384, 1024));
    assertThat(Placement.of(SHOT, 3)).isEqualTo(new Placement(3, 1, 3, 2, 8));
  }

  @Test
  void of_moreWorkersThanChunks_leavesTheOthersIdle() {
    assertThat(Placement.of(SHOT, 100)).isEqualTo(Placement.of(SHOT, 8));
  }

  @Test
  void speedUp_exchangeForNothing_isHowFarWorkIsSpread() {
    ScalingModel free = model(1, 0, 1e9);

    assertThat(free.speedUp(SHOT, 1)).isEqualTo(1);
    assertThat(free.speedUp(SHOT, 8)).isCloseTo(8, within(1e-6));
    assertThat(free.speedUp(SHOT, 3)).isCloseTo(8.0 / 3, within(1e-6));
  }

  @Test
  void seconds_oneWorker_isItsStepsAlone() {
    assertThat(model(2, 5, 1).seconds(SHOT, 1)).isEqualTo(50 * 8 * 2);
  }

  @Test
  void stepSeconds_aWorkerWithOtherChunks_hidesTheExchangeBehindThem() {
    ScalingModel slow = model(1, 0.5, 1e9);

    assertThat(slow.stepSeconds(Placement.of(SHOT, 4))).isEqualTo(2);
    assertThat(slow.stepSeconds(Placement.of(SHOT, 8))).isCloseTo(1.5, within(1e-6));
  }

  @Test
  void stepSeconds_moreSlabsThanTheCoordinatorTakes_isHeldUpByIt() {
    ScalingModel fast = model(0.01, 0, 100);
    Placement all = Placement.of(FILM, 1024);

    assertThat(fast.stepSeconds(all)).isEqualTo(2 * all.boundaries() * SLAB / 400e6);
    assertThat(fast.speedUp(FILM, 1024)).isLessThan(model(0.1, 0, 100).speedUp(FILM, 1024));
  }

  @Test
  void stepSeconds_processorsThatAreShared_areNotBusyTwice() {
    var shared = new ScalingModel(new Costs(1, 0, SLAB, 0), new Hardware(2, 1e12, 1, 1e12));

    assertThat(shared.speedUp(SHOT, 8)).isCloseTo(2, within(1e-3));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16, 64, 256, 1024})
  void seconds_fasterNetworkOrMoreCoordinators_areNeverSlower(int workers) {
    var costs = new Costs(0.05, 0.01, SLAB, 3);
    var slow = new ScalingModel(costs, Hardware.devices(1, 1, 100e6));
    var fast = new ScalingModel(costs, Hardware.devices(10, 1, 100e6));
    var more = new ScalingModel(costs, Hardware.devices(10, 3, 100e6));

    assertThat(fast.seconds(FILM, workers)).isLessThanOrEqualTo(slow.seconds(FILM, workers));
    assertThat(more.seconds(FILM, workers)).isLessThanOrEqualTo(fast.seconds(FILM, workers));
  }

  @Test
  void costs_publishedClips_haveTheirSecondsAgainOnOneDevice() {
    for (Published model : Published.WAN) {
      Costs costs = model.costs(0, Double.POSITIVE_INFINITY, 8);

      assertThat(
              new ScalingModel(costs, Hardware.devices(10, 1, 1e9))
                  .seconds(new FilmShape(1, 1, model.steps()), 1))
          .isCloseTo(model.clipSeconds(), within(1e-6));
    }
  }
}
