package dev.longtake.consistency;

import dev.longtake.picture.Pixels;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/** A small world of cut paper, drawn by the tests: four animals and three places. */
final class PaperWorld {

  static final int WIDTH = 128;
  static final int HEIGHT = 80;

  /** An animal: its colours, and what tells its outline from others'. */
  enum Animal {
    RHINO(0x8A8D93, 0xC62F3A, 9, 0, true),
    LION(0xEE8A20, 0x7A3E12, 9, 15, false),
    ELEPHANT(0x4F8FD8, 0x2F5FA0, 12, 8, true),
    GIRAFFE(0xF0CC30, 0x6E4A1E, 24, 0, false);

    private final Color body;
    private final Color mark;
    private final int neck;
    private final int mane;
    private final boolean isHeavy;

    Animal(int body, int mark, int neck, int mane, boolean isHeavy) {
      this.body = new Color(body);
      this.mark = new Color(mark);
      this.neck = neck;
      this.mane = mane;
      this.isHeavy = isHeavy;
    }
  }

  /** A place. */
  enum Place {
    PARK(0x9BCBEF, 0x6DB35A, 0x2E8B45),
    STREET(0x2E3350, 0x4A4C5E, 0xE23BB0),
    SNOW(0xCFE6F5, 0xF4F6F8, 0x9C5F4C);

    private final Color sky;
    private final Color ground;
    private final Color mark;

    Place(int sky, int ground, int mark) {
      this.sky = new Color(sky);
      this.ground = new Color(ground);
      this.mark = new Color(mark);
    }
  }

  /**
   * How an animal is seen.
   *
   * @param step where in its step it is, 0 to 1
   * @param light what its colours are multiplied with
   */
  record Pose(double x, double step, double size, boolean isMirrored, double light) {}

  private PaperWorld() {}

  /** The animal on white, as a reference picture has it. */
  static Pixels reference(Animal animal) {
    BufferedImage image = blank(Color.WHITE);
    draw(image, animal, new Pose(WIDTH / 2.0, 0.3, 1, false, 1));
    return pixels(image);
  }

  /** The place without anybody, as a reference picture has it. */
  static Pixels reference(Place place) {
    return pixels(scene(place, 0));
  }

  /** A frame with an animal in a place. */
  static Pixels frame(Place place, Animal animal, Pose pose, double time) {
    BufferedImage image = scene(place, time);
    draw(image, animal, pose);
    return soft(pixels(image));
  }

  /** The place with an animal's reference picture laid into it unchanged. */
  static Pixels pasted(Place place, Animal animal, int x, double time) {
    Pixels ground = soft(pixels(scene(place, time)));
    Pixels picture = reference(animal);
    byte[] rgb = ground.rgb().clone();
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      int from = i - x;
      boolean isInside = i % WIDTH - x >= 0 && i % WIDTH - x < WIDTH;
      if (isInside && !isWhite(picture, from)) {
        System.arraycopy(picture.rgb(), 3 * from, rgb, 3 * i, 3);
      }
    }
    return new Pixels(rgb, WIDTH, HEIGHT);
  }

  private static boolean isWhite(Pixels picture, int at) {
    for (int color = 0; color < 3; color++) {
      if ((picture.rgb()[3 * at + color] & 0xFF) < 250) {
        return false;
      }
    }
    return true;
  }

  private static BufferedImage blank(Color color) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = graphics(image);
    graphics.setColor(color);
    graphics.fillRect(0, 0, WIDTH, HEIGHT);
    graphics.dispose();
    return image;
  }

  private static Graphics2D graphics(BufferedImage image) {
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    return graphics;
  }

  private static BufferedImage scene(Place place, double time) {
    BufferedImage image = blank(place.sky);
    Graphics2D graphics = graphics(image);
    graphics.setColor(place.ground);
    graphics.fillRect(0, 48, WIDTH, HEIGHT - 48);
    graphics.setColor(place.mark);
    for (int i = 0; i < 4; i++) {
      graphics.fill(
          place == Place.PARK
              ? new Ellipse2D.Double(8 + 32 * i, 20, 16, 18)
              : new Rectangle2D.Double(4 + 32 * i, 14 + 6 * (i % 2), 20, 12));
    }
    graphics.setColor(Color.WHITE);
    graphics.fill(new Ellipse2D.Double(10 + 9 * time % WIDTH, 4, 20, 7));
    graphics.dispose();
    return image;
  }

  private static void draw(BufferedImage image, Animal animal, Pose pose) {
    Graphics2D graphics = graphics(image);
    AffineTransform place = AffineTransform.getTranslateInstance(pose.x(), 68);
    place.scale(pose.isMirrored() ? -pose.size() : pose.size(), pose.size());
    graphics.transform(place);
    double swing = 3 * Math.sin(2 * Math.PI * pose.step());
    int half = animal.isHeavy ? 19 : 16;
    int tall = animal.isHeavy ? 17 : 12;
    graphics.setColor(lit(animal.body.darker(), pose.light()));
    graphics.fill(new Rectangle2D.Double(-half + 2 + swing, -16, 5, 16));
    graphics.fill(new Rectangle2D.Double(half - 8 - swing, -16, 5, 16));
    graphics.setColor(lit(animal.body, pose.light()));
    graphics.fill(new Ellipse2D.Double(-half, -14 - tall, 2 * half, tall + 4));
    graphics.fill(new Rectangle2D.Double(half - 8, -14 - animal.neck, 7, animal.neck));
    graphics.setColor(lit(animal.mark, pose.light()));
    double m = animal.mane;
    graphics.fill(new Ellipse2D.Double(half - 4 - m / 2, -18 - animal.neck - m / 2, m + 1, m + 1));
    graphics.fill(new Rectangle2D.Double(half - 9, -20, 5, 10));
    graphics.setColor(lit(animal.body, pose.light()));
    double nod = Math.sin(2 * Math.PI * pose.step());
    graphics.fill(new Ellipse2D.Double(half - 7, -22 - animal.neck + nod, 13, 9));
    graphics.dispose();
  }

  private static Color lit(Color color, double light) {
    return new Color(
        Math.clamp((int) (color.getRed() * light), 0, 255),
        Math.clamp((int) (color.getGreen() * light), 0, 255),
        Math.clamp((int) (color.getBlue() * light), 0, 255));
  }

  private static Pixels pixels(BufferedImage image) {
    byte[] rgb = new byte[3 * WIDTH * HEIGHT];
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      int color = image.getRGB(i % WIDTH, i / WIDTH);
      rgb[3 * i] = (byte) (color >> 16);
      rgb[3 * i + 1] = (byte) (color >> 8);
      rgb[3 * i + 2] = (byte) color;
    }
    return new Pixels(rgb, WIDTH, HEIGHT);
  }

  /** A little out of focus, as a model draws. */
  private static Pixels soft(Pixels picture) {
    byte[] rgb = picture.rgb().clone();
    for (int row = 1; row < HEIGHT - 1; row++) {
      for (int column = 1; column < WIDTH - 1; column++) {
        for (int color = 0; color < 3; color++) {
          int sum = 0;
          for (int i = 0; i < 9; i++) {
            int at = (row + i / 3 - 1) * WIDTH + column + i % 3 - 1;
            sum += picture.rgb()[3 * at + color] & 0xFF;
          }
          rgb[3 * (row * WIDTH + column) + color] = (byte) (sum / 9);
        }
      }
    }
    return new Pixels(rgb, WIDTH, HEIGHT);
  }
}
