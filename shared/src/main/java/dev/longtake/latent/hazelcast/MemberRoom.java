package dev.longtake.latent.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;

/**
 * Keeps every member within its bounds. What is put lands on other members than the one that puts
 * it. So each says now and then how much it holds, and one that puts looks at the fullest, and at
 * what it has put itself since it last looked. Checkpoints are given up by the members that hold
 * them; slabs, for which somebody waits, are refused to the one that puts them.
 */
final class MemberRoom {

  private static final String LOADS = "loads";

  /** A quarter of the checkpoints goes with those that have to, so as not to search at each put. */
  private static final int SLACK = 4;

  private final HazelcastInstance member;
  private final MemberMap slabs;
  private final MemberMap checkpoints;
  private final IMap<String, byte[]> loads;
  private final long bytesMax;
  private final Object looking = new Object();
  private long slabsOfFullest;
  private long slabsSince;
  private long checkpointsSince;

  MemberRoom(HazelcastInstance member, MemberMap slabs, MemberMap checkpoints, long bytesMax) {
    this.member = member;
    this.slabs = slabs;
    this.checkpoints = checkpoints;
    this.loads = member.getMap(LOADS);
    this.bytesMax = bytesMax;
  }

  /** Bytes that this member holds. */
  long bytes() {
    return slabs.bytes() + checkpoints.bytes();
  }

  /** Tells the others what this one holds, and looks what they do; to be called now and then. */
  void look() {
    synchronized (looking) {
      long slabsSeen;
      long checkpointsSeen;
      synchronized (this) {
        slabsSeen = slabsSince;
        checkpointsSeen = checkpointsSince;
      }
      makeRoom(0);
      long most = tellAndAsk();
      synchronized (this) {
        slabsOfFullest = most;
        slabsSince -= slabsSeen;
        checkpointsSince -= checkpointsSeen;
      }
    }
  }

  private long tellAndAsk() {
    long most = slabs.bytes();
    loads.set(
        name(member.getCluster().getLocalMember()),
        ByteBuffer.allocate(Long.BYTES).putLong(most).array());
    for (Member each : member.getCluster().getMembers()) {
      byte[] load = each.localMember() ? null : loads.get(name(each));
      most = load == null ? most : Math.max(most, ByteBuffer.wrap(load).getLong());
    }
    return most;
  }

  private static String name(Member member) {
    return member.getUuid().toString();
  }

  /** Gives up checkpoints of this member that are too many, or stand where slabs need to be. */
  private void makeRoom(int more) {
    long excess = checkpoints.bytes() + more - roomForCheckpoints();
    if (excess > 0) {
      checkpoints.giveUp(excess + bytesMax / 2 / SLACK);
    }
  }

  private long roomForCheckpoints() {
    return Math.clamp(bytesMax - slabs.bytes(), 0, bytesMax / 2);
  }

  /**
   * Takes room for a slab, on any member.
   *
   * @throws LongtakeException with {@link ErrorCode#LIMIT_REACHED} if there is none
   */
  void takeForSlab(int bytes) {
    if (!takes(bytes)) {
      look(); // Something may have been removed since.
      if (!takes(bytes)) {
        throw full(slabs.bytes(), bytes, bytesMax);
      }
    }
    if (bytes() + bytes > bytesMax) {
      makeRoom(bytes);
    }
  }

  private synchronized boolean takes(int bytes) {
    boolean fits = Math.max(slabsOfFullest + slabsSince, slabs.bytes()) + bytes <= bytesMax;
    slabsSince += fits ? bytes : 0;
    return fits;
  }

  /**
   * Takes room for a checkpoint, which older ones give up.
   *
   * @throws LongtakeException with {@link ErrorCode#LIMIT_REACHED} if it is too large for that
   */
  void takeForCheckpoint(int bytes) {
    if (bytes > roomForCheckpoints()) {
      throw full(0, bytes, roomForCheckpoints());
    }
    makeRoom(bytes);
    boolean isMuch;
    synchronized (this) {
      checkpointsSince += bytes;
      isMuch = checkpointsSince > bytesMax / 2 / SLACK;
    }
    if (isMuch) {
      look(); // The others give theirs up when they look, which is soon.
    }
  }

  private static LongtakeException full(long held, int more, long most) {
    return new LongtakeException(
        ErrorCode.LIMIT_REACHED,
        "latent store: expected at most %d bytes, found %d and %d more"
            .formatted(most, held, more));
  }
}
