package dev.longtake.coordinator;

import dev.longtake.coordinator.room.Disk;
import dev.longtake.coordinator.room.RoomWatch;
import dev.longtake.metrics.Metrics;
import java.util.ArrayList;
import java.util.List;

/** Which disks a coordinator watches: those that its journal and its artifacts are on. */
final class FarmRoom {

  private FarmRoom() {}

  /** Begins to watch them; what is in a database or a bucket has no disk here. */
  static RoomWatch watch(CoordinatorConfig.Storage storage, DataFolder folder, Metrics metrics) {
    List<Disk> disks = new ArrayList<>();
    if (storage.journal() != CoordinatorConfig.JournalIn.POSTGRESQL) {
      disks.add(Disk.of("journal", folder.journal()));
    }
    if (storage.artifacts() == CoordinatorConfig.ArtifactsIn.FOLDER) {
      disks.add(Disk.of("artifacts", storage.artifactsFolder().resolve("artifacts")));
    }
    var room = new RoomWatch(disks, storage.room(), new FarmMeter(metrics));
    room.start();
    return room;
  }
}
