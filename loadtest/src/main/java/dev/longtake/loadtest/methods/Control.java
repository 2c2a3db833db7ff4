package dev.longtake.loadtest.methods;

import dev.longtake.loadtest.methods.figures.Outcome.Group;
import dev.longtake.loadtest.methods.figures.Outcome.Kind;
import dev.longtake.picture.Pixels;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Films that nobody wants, made of ours: what each figure says of them tells what it is worth.
 *
 * @param word how it is named in figures
 * @param says what is wrong with it, for people
 * @param spoil makes it of a shot's frames
 */
record Control(String word, String says, UnaryOperator<Footage> spoil) {

  private static final int PLANTED = 12;

  static final List<Control> ALL =
      List.of(
          new Control("frozen", "the first frame, again and again", Control::frozen),
          new Control("white-noise", "noise, another at each frame", Control::noise),
          new Control("cut-in-the-middle", "from the middle on in other colours", Control::cut),
          new Control("recoloured", "passes slowly into other colours", Control::recoloured),
          new Control("planted-seams", "each second chunk a little brighter", Control::planted));

  private static Footage with(Footage footage, List<Pixels> frames) {
    return new Footage(
        frames, footage.boundaryFrames(), footage.chunkSteps(), footage.latentFrameSteps());
  }

  private static Footage frozen(Footage footage) {
    return with(footage, footage.frames().stream().map(it -> footage.frames().getFirst()).toList());
  }

  private static Footage noise(Footage footage) {
    var random = new SplittableRandom(1);
    return with(
        footage,
        footage.frames().stream()
            .map(
                it -> {
                  byte[] rgb = new byte[it.rgb().length];
                  random.nextBytes(rgb);
                  return new Pixels(rgb, it.width(), it.height());
                })
            .toList());
  }

  private static Footage cut(Footage footage) {
    List<Pixels> frames = new ArrayList<>();
    for (int i = 0; i < footage.frames().size(); i++) {
      frames.add(turned(footage.frames().get(i), i < footage.frames().size() / 2 ? 0 : 1));
    }
    return with(footage, frames);
  }

  private static Footage recoloured(Footage footage) {
    List<Pixels> frames = new ArrayList<>();
    int count = footage.frames().size();
    for (int i = 0; i < count; i++) {
      frames.add(turned(footage.frames().get(i), i / (double) Math.max(1, count - 1)));
    }
    return with(footage, frames);
  }

  /** Red passes into green, green into blue, blue into red. */
  private static Pixels turned(Pixels frame, double share) {
    byte[] rgb = new byte[frame.rgb().length];
    for (int i = 0; i < rgb.length; i++) {
      int next = i / Pixels.COLORS * Pixels.COLORS + (i + 1) % Pixels.COLORS;
      double value = (1 - share) * (frame.rgb()[i] & 0xFF) + share * (frame.rgb()[next] & 0xFF);
      rgb[i] = (byte) Math.round(value);
    }
    return new Pixels(rgb, frame.width(), frame.height());
  }

  private static Footage planted(Footage footage) {
    List<Pixels> frames = new ArrayList<>();
    for (int i = 0; i < footage.frames().size(); i++) {
      int frame = i;
      long chunk = footage.boundaryFrames().stream().filter(it -> it <= frame).count();
      Pixels picture = footage.frames().get(i);
      byte[] rgb = picture.rgb().clone();
      for (int at = 0; at < rgb.length && chunk % 2 == 1; at++) {
        rgb[at] = (byte) Math.min(255, (rgb[at] & 0xFF) + PLANTED);
      }
      frames.add(new Pixels(rgb, picture.width(), picture.height()));
    }
    return with(footage, frames);
  }

  /** It without how it is done. */
  Kind kind() {
    return new Kind(word, Group.CONTROL, says);
  }
}
