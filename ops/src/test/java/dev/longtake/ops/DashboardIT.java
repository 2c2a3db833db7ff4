package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.client.FarmClient;
import dev.longtake.story.status.StoryStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The dashboard in a real browser, of a farm that really renders. */
@Timeout(300)
class DashboardIT {

  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  /** So long something may take before the test gives up; nothing is expected to take as long. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final List<String> PAGES =
      List.of(
          "/",
          "/holds",
          "/workers",
          "/failures",
          "/takes",
          "/control",
          "/tenants",
          "/worlds",
          "/none");

  @TempDir static Path folder;
  private static DashboardFarm farm;
  private static ChromeDriver browser;
  private static String storyId;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(
        Files.isExecutable(DRIVER),
        "no chromedriver: the dashboard is not tried; apt-get install chromium chromium-driver");
    farm = new DashboardFarm(folder);
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(),
            new ChromeOptions()
                .addArguments(
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"));
    browser.manage().window().setSize(new Dimension(1400, 1000));
    storyId = farm.submit(TinyStory.write(folder), "first");
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.quit();
    }
    if (farm != null) {
      farm.close();
    }
  }

  private static WebDriverWait patiently() {
    return new WebDriverWait(browser, PATIENCE, Duration.ofMillis(100));
  }

  private static void open(String path) {
    browser.get(farm.address(path));
    patiently().until(it -> it.findElement(By.cssSelector("main[data-state=there]")));
  }

  /** Waits until one of the elements has this text. */
  private static void awaitText(String selector, String text) {
    patiently()
        .ignoring(StaleElementReferenceException.class)
        .until(
            it ->
                it.findElements(By.cssSelector(selector)).stream()
                    .anyMatch(element -> element.getText().contains(text)));
  }

  private static Object run(String script) {
    return browser.executeScript(script);
  }

  private static StoryStatus await(String id) {
    try (FarmClient client = farm.connect()) {
      return client.watch(id, status -> {});
    }
  }

  @Test
  void farm_filmThatIsDone_isShownAsTheApiSays() {
    StoryStatus done = await(storyId);

    open("/");
    awaitText("tr", done.name() + "\ndone");

    open("/films/" + storyId);
    awaitText("h1", done.name());
    assertThat(browser.findElements(By.cssSelector(".row"))).hasSameSizeAs(done.shots());
    assertThat(browser.findElements(By.cssSelector(".cell.is-done")))
        .hasSize(done.shots().stream().mapToInt(it -> it.counts().chunks().total()).sum());
    assertThat(browser.findElements(By.cssSelector("tbody tr"))).hasSameSizeAs(done.film().files());
  }

  @Test
  void farm_filmSubmittedWhileOneLooks_appearsByItself() throws IOException {
    open("/");
    run("window.isTheSamePage = true");
    Path another = TinyStory.write(folder.resolve("b"), TinyStory.YAML.replace("Tiny", "Another"));

    farm.submit(another, "another");

    awaitText("tr", "Another");
    assertThat(run("return window.isTheSamePage")).isEqualTo(true);
  }

  /** What people type into a story is text, whatever it looks like. */
  @Test
  void farm_nameThatLooksLikeCode_isText() throws IOException {
    String name = "<img src=x onerror=document.title=1>";
    Path story =
        TinyStory.write(
            folder.resolve("c"), TinyStory.YAML.replace("story: Tiny", "story: '" + name + "'"));

    farm.submit(story, "code");

    open("/");
    awaitText("tr", name);
    assertThat(browser.findElements(By.cssSelector("main img"))).isEmpty();
  }

  @Test
  void worker_drainedByTheKeyboardAlone_isSeenDrainedAndReleased() {
    open("/workers");
    awaitText("tr[data-worker=worker-2]", "toybox");

    tabTo("Drain worker-2");
    press(Keys.ENTER);
    press("fan is loud");
    press(Keys.ENTER);

    awaitText("tr[data-worker=worker-2] .chip", "drain"); // It ends what it holds first.
    awaitText("tr[data-worker=worker-2]", "fan is loud");
    tabTo("Release worker-2");
    press(Keys.ENTER);
    press(Keys.ENTER);
    patiently()
        .until(it -> it.findElements(By.cssSelector("[aria-label='Release worker-2']")).isEmpty());
    open("/control");
    awaitText("tr", "fan is loud");
  }

  /** Moves the focus as a person does who has no mouse. */
  private static void tabTo(String label) {
    patiently()
        .until(
            it -> {
              it.switchTo().activeElement().sendKeys(Keys.TAB);
              return label.equals(it.switchTo().activeElement().getDomAttribute("aria-label"));
            });
  }

  private static void press(CharSequence keys) {
    browser.switchTo().activeElement().sendKeys(keys);
  }

  @Test
  void page_coordinatorThatIsRestarted_goesOnByItself() throws IOException {
    open("/");
    run("window.isTheSamePage = true");

    farm.restart();
    farm.submit(
        TinyStory.write(folder.resolve("d"), TinyStory.YAML.replace("Tiny", "Later")), "later");

    awaitText("tr", "Later");
    assertThat(run("return window.isTheSamePage")).isEqualTo(true);
    open("/workers");
    awaitText("tr[data-worker=worker-1]", "toybox");
  }

  @Test
  void everyPage_inBothThemes_hasNothingSeriousAgainstIt() throws IOException {
    StoryStatus done = await(storyId);
    String film = "/films/" + done.storyId();
    List<String> pages = new ArrayList<>(List.of(film, film + "/shots/0/chunks/1"));
    pages.addAll(PAGES);
    for (String theme : List.of("light", "dark")) {
      theme(theme);
      // What the pages have in common need not be looked at in both.
      for (String page : theme.equals("light") ? pages : pages.subList(0, 3)) {
        open(page);
        assertThat(violations()).as("%s, %s", page, theme).isEmpty();
      }
    }
  }

  /** What is seriously wrong with the page for people who do not see it, or not well. */
  private static List<?> violations() throws IOException {
    try (InputStream script = DashboardIT.class.getResourceAsStream("/axe.min.js")) {
      browser.executeScript(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    }
    return (List<?>)
        browser.executeAsyncScript(
            "const done = arguments[0]; axe.run(document).then((result) =>"
                + " done(result.violations.filter((it) => it.impact === 'serious' || it.impact"
                + " === 'critical').map((it) => it.id + ': ' + it.nodes.map((node) =>"
                + " node.html).join(' | '))))");
  }

  /**
   * Its model is real, and so is what is seen: the page changes by itself, and nothing is against
   * it.
   */
  @Test
  void film_shotUnderWay_showsItsDraft() throws IOException {
    Path slow =
        TinyStory.write(
            folder.resolve("e"),
            TinyStory.YAML.replace("Tiny", "Slow").replace("steps: 3", "steps: 500"));
    String id = farm.submit(slow, "slow");
    open("/films/" + id);
    run("window.isTheSamePage = true");
    patiently()
        .ignoring(StaleElementReferenceException.class)
        .until(
            it ->
                it.findElements(By.cssSelector("a.draft img")).stream()
                    .anyMatch(DashboardIT::isLoaded));

    WebElement draft = browser.findElement(By.cssSelector("a.draft img"));
    assertThat(draft.getDomAttribute("alt"))
        .matches("Draft of (rhino|lion): \\d+ frames? after step \\d+ of 500");
    awaitText("figcaption", "draft after step");
    assertThat(run("return window.isTheSamePage")).isEqualTo(true);
    assertThat(violations()).isEmpty();
    tabToDraft();
    try (FarmClient client = farm.connect()) {
      client.cancel(id);
    }
  }

  private static void tabToDraft() {
    patiently()
        .until(
            it -> {
              it.switchTo().activeElement().sendKeys(Keys.TAB);
              return "draft".equals(it.switchTo().activeElement().getDomAttribute("class"));
            });
  }

  private static void theme(String name) {
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", name))));
  }

  /** Writes the pictures of ops/docs/dashboard.md: -Ddashboard.pictures=write. */
  @Test
  @EnabledIfSystemProperty(named = "dashboard.pictures", matches = "write")
  void everyPage_ofAFarmThatRenders_isPictured() throws IOException {
    Path zoo = Repository.ROOT.resolve("ops/examples/new-york-zoo");
    String first = farm.submit(zoo.resolve("story.yaml"), "zoo");
    farm.submit(Repository.ROOT.resolve("ops/examples/wooden-toy/story.yaml"), "toy");
    open("/films/" + first);
    awaitText("figure", "frames");
    patiently()
        .until(
            it ->
                !it.findElements(By.cssSelector("figure video")).isEmpty()
                    && !it.findElements(By.cssSelector("a.draft img")).isEmpty());
    picture("/films/" + first, "film-light", 1400, 1160);
    for (String theme : List.of("light", "dark")) {
      theme(theme);
      picture("/", "farm-" + theme, 1400, 900);
    }
    theme("light");
    picture("/workers", "workers-light", 1400, 420);
    picture("/tenants", "tenants-light", 1400, 420);
    picture("/films/" + first + "/shots/0/chunks/1", "chunk-light", 1400, 900);
    picture("/", "farm-phone", 420, 900);
    theme("dark");
    picture("/control", "control-dark", 1400, 640);
  }

  private static void picture(String path, String name, int width, int height) throws IOException {
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    open(path);
    awaitText(".live", "live");
    patiently()
        .until(it -> it.findElements(By.tagName("img")).stream().allMatch(DashboardIT::isLoaded));
    Path file = Repository.ROOT.resolve("ops/docs/images/dashboard-" + name + ".png");
    Files.write(file, browser.getScreenshotAs(OutputType.BYTES));
  }

  private static boolean isLoaded(WebElement picture) {
    return !"0".equals(String.valueOf(picture.getDomProperty("naturalWidth")));
  }
}
