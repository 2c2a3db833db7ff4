package dev.longtake.consistency;

import dev.longtake.consistency.PaperWorld.Animal;
import dev.longtake.consistency.PaperWorld.Place;
import dev.longtake.consistency.PaperWorld.Pose;
import dev.longtake.picture.Pixels;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Films of which it is known what is wrong with them. Six shots, each of four chunks. */
enum ControlFilm {
  /** What was asked for. */
  HONEST {
    @Override
    Pixels frame(int shot, int at) {
      return asked(shot, at, ANIMALS.get(shot));
    }
  },
  /** The first frame, for ever. */
  FROZEN {
    @Override
    Pixels frame(int shot, int at) {
      return HONEST.frame(0, 0);
    }
  },
  /** A still picture for each shot. */
  STILLS {
    @Override
    Pixels frame(int shot, int at) {
      return HONEST.frame(shot, 0);
    }
  },
  /** The reference picture slides through the place. */
  PASTED {
    @Override
    Pixels frame(int shot, int at) {
      return PaperWorld.pasted(PLACES.get(shot), ANIMALS.get(shot), at / 2 - 10, at / FPS);
    }
  },
  /** Every shot shows another animal than it should. */
  SHUFFLED {
    @Override
    Pixels frame(int shot, int at) {
      return asked(shot, at, ANIMALS.get((shot + 1) % SHOTS));
    }
  },
  /** Every pixel by chance. */
  NOISE {
    @Override
    Pixels frame(int shot, int at) {
      byte[] rgb = new byte[3 * PaperWorld.WIDTH * PaperWorld.HEIGHT];
      new SplittableRandom(1000L * shot + at).nextBytes(rgb);
      return new Pixels(rgb, PaperWorld.WIDTH, PaperWorld.HEIGHT);
    }
  },
  /** In the middle of each shot the next one begins. */
  MIDDLE_CUT {
    @Override
    Pixels frame(int shot, int at) {
      return HONEST.frame(at < 19 ? shot : (shot + 1) % SHOTS, at);
    }
  },
  /** At each boundary of chunks the animal jumps. */
  SEAMS {
    @Override
    Pixels frame(int shot, int at) {
      return PaperWorld.frame(
          PLACES.get(shot), ANIMALS.get(shot), pose(shot, at, 14 * ((at + 11) / 12 % 2)), at / FPS);
    }
  },
  /** Each animal becomes one of other colours, slowly. */
  RECOLORED {
    @Override
    Pixels frame(int shot, int at) {
      Pixels began = asked(shot, at, ANIMALS.get(shot));
      Pixels ended = swapped(began);
      byte[] rgb = new byte[began.rgb().length];
      double part = (double) at / FRAMES;
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] =
            (byte) ((1 - part) * (began.rgb()[i] & 0xFF) + part * (ended.rgb()[i] & 0xFF) + 0.5);
      }
      return new Pixels(rgb, began.width(), began.height());
    }
  },
  /** Brightness swings once a chunk. */
  PULSING {
    @Override
    Pixels frame(int shot, int at) {
      Pixels frame = asked(shot, at, ANIMALS.get(shot));
      byte[] rgb = frame.rgb().clone();
      double light = 6 * Math.cos(2 * Math.PI * at / 12);
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = (byte) Math.clamp(Math.round((rgb[i] & 0xFF) + light), 0, 255);
      }
      return new Pixels(rgb, frame.width(), frame.height());
    }
  };

  static final int SHOTS = 6;
  static final int FRAMES = 40;
  static final double FPS = 8;

  private static final List<Animal> ANIMALS =
      List.of(
          Animal.RHINO, Animal.LION, Animal.ELEPHANT, Animal.RHINO, Animal.GIRAFFE, Animal.LION);
  private static final List<Place> PLACES =
      List.of(Place.PARK, Place.STREET, Place.SNOW, Place.STREET, Place.PARK, Place.SNOW);

  /** A frame of a shot. */
  abstract Pixels frame(int shot, int at);

  private static Pixels asked(int shot, int at, Animal animal) {
    return PaperWorld.frame(PLACES.get(shot), animal, pose(shot, at, 0), at / FPS);
  }

  private static Pose pose(int shot, int at, double aside) {
    return new Pose(
        40 + 0.7 * at + aside, at / FPS, 0.9 + 0.04 * shot, shot % 2 == 1, 0.8 + 0.03 * shot);
  }

  /** Where red is, there is blue. */
  private static Pixels swapped(Pixels picture) {
    byte[] rgb = picture.rgb().clone();
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = picture.rgb()[i + 2];
      rgb[i + 2] = picture.rgb()[i];
    }
    return new Pixels(rgb, picture.width(), picture.height());
  }

  /** What is told of it. */
  FilmFigures figures() {
    List<ShotLayout> layouts =
        IntStream.range(0, SHOTS)
            .mapToObj(i -> new ShotLayout("shot-" + i, FRAMES, List.of(13, 25, 37), FPS))
            .toList();
    FilmGauge film = new FilmGauge(layouts, layouts.stream().map(it -> true).toList(), entities());
    for (int shot = 0; shot < SHOTS; shot++) {
      ShotGauge gauge = new ShotGauge(layouts.get(shot), FrameChanges.STILL);
      for (int at = 0; at < FRAMES; at++) {
        gauge.see(frame(shot, at));
      }
      film.see(gauge);
    }
    return film.figures();
  }

  private static List<Entity> entities() {
    List<Entity> entities = new ArrayList<>();
    for (Animal animal : Animal.values()) {
      entities.add(
          new Entity(
              animal.name(),
              Entity.Kind.CHARACTER,
              List.of(PaperWorld.reference(animal)),
              shots(ANIMALS.indexOf(animal), ANIMALS.lastIndexOf(animal))));
    }
    for (Place place : Place.values()) {
      entities.add(
          new Entity(
              place.name(),
              Entity.Kind.SCENE,
              List.of(PaperWorld.reference(place)),
              shots(PLACES.indexOf(place), PLACES.lastIndexOf(place))));
    }
    return entities;
  }

  private static List<Integer> shots(int first, int last) {
    return first == last ? List.of(first) : List.of(first, last);
  }
}
