package dev.longtake.loadtest.scenario;

import static dev.longtake.error.Require.require;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Who asks a farm for stories. Pure.
 *
 * @param clients at least one, each of another name
 */
public record Clientele(List<Client> clients) {

  /**
   * Somebody whose stories are all alike.
   *
   * @param name as figures call it
   * @param weight how many of the stories are from this one, beside the others' weights
   */
  public record Client(String name, StoryShape shape, int weight) {
    public Client {
      require(!name.isBlank(), "name is blank");
      require(weight > 0, "weight is not positive: %d", weight);
    }
  }

  public Clientele {
    clients = List.copyOf(clients);
    require(!clients.isEmpty(), "clients: expected one or more, found none");
    long names = clients.stream().map(Client::name).distinct().count();
    require(names == clients.size(), "clients: expected different names, found %s", clients);
  }

  /** One client alone. */
  static Clientele of(StoryShape shape) {
    return new Clientele(List.of(new Client("everybody", shape, 1)));
  }

  /** Whether their stories are of several kinds, so that one may suffer where another does not. */
  public boolean isMixed() {
    return clients.size() > 1;
  }

  /** The one who comes next, by chance, as often as the weights say. */
  public Client next(SplittableRandom random) {
    int at = random.nextInt(weight());
    for (Client client : clients) {
      at -= client.weight();
      if (at < 0) {
        return client;
      }
    }
    throw new IllegalStateException("expected weights that add up, found " + clients);
  }

  /** Seconds that one worker would compute for an average story. */
  double busySeconds(ComputeTimes times) {
    return clients.stream()
            .mapToDouble(client -> client.weight() * client.shape().busySeconds(times))
            .sum()
        / weight();
  }

  private int weight() {
    return clients.stream().mapToInt(Client::weight).sum();
  }
}
