package dev.troth.bench;

import dev.troth.testkit.servers.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where runs take place. Each has databases of its own, a folder of its own, and a JVM of its own, which end with this one. */
final class Stage implements Session.Player, AutoCloseable {
    private static final Duration BESIDES = Duration.ofMinutes(5); // to start, to finish what was answered, to count
    private static final double THOUSAND = 1_000;

    private final Map<Duration, Place> places = new LinkedHashMap<>(); // by how much slower the disk is
    private final Map<String, Object> machine = Machine.facts();
    private final Options options;
    private final Thread hook = new Thread(this::abandon, "end-of-run");
    private volatile @Nullable RunProcess running;
    private volatile @Nullable Path folder;
    private volatile boolean ending;

    /**
     * How runs are made.
     *
     * @param warm seconds before anything is counted
     * @param seconds that are counted
     * @param jvm options for the JVM of the run
     * @param errors the folder for what runs that failed or were not right have written to their standard error
     */
    record Options(int warm, int seconds, List<String> jvm, Path errors) {
        /** For lines: without them figures cannot be compared. */
        Map<String, Object> facts() {
            return Map.of("warm", warm, "seconds", seconds, "jvm", String.join(" ", jvm));
        }
    }

    Stage(Options options) {
        this.options = options;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public Line play(Cell cell) throws RunFailedException {
        List<String> urls = new ArrayList<>();
        try {
            Place place = place(cell.slowerDisk());
            Servers servers = place.servers();
            Path home = Files.createTempDirectory(
                    "troth-bench-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            folder = home;
            try {
                for (int i = 0; i < cell.databases(); i++) {
                    urls.add(servers.database(i, cell.prepared()).freshDatabase());
                }
                return played(cell, place, written(cell, servers, urls, home));
            } finally {
                clean(cell, servers, urls, home);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("The databases of a run could not be made", e);
        } catch (IOException e) {
            throw new UncheckedIOException("A run could not be started or read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted in the middle of a run", e);
        }
    }

    /** What cannot be removed is told and left: that must not hide what the run has said. */
    private static void clean(Cell cell, Servers servers, List<String> urls, Path home) {
        for (int i = 0; i < urls.size(); i++) {
            try {
                Servers.drop(servers.database(i, cell.prepared()), urls.get(i));
            } catch (SQLException e) {
                System.err.println("Left database " + i + " of a run until its server ends: " + e);
            }
        }
        remove(home);
    }

    private Place place(Duration slowerDisk) throws IOException, InterruptedException {
        Place place = places.get(slowerDisk);
        if (place == null) {
            place = Place.of(slowerDisk);
            places.put(slowerDisk, place);
        }
        return place;
    }

    private Line played(Cell cell, Place place, Path setting)
            throws IOException, InterruptedException, RunFailedException {
        Servers servers = place.servers();
        long before = cell.who().broker() ? servers.received() : 0;
        RunProcess run = RunProcess.start(cell.who().program(), options.jvm(), place.environment(), setting);
        running = run;
        try (run) {
            goOn();
            Line said = run.figures(limit(cell));
            if (said.text("transactions").equals("0")) {
                throw new RunFailedException("counted no transaction; give it more time, with --warm and --seconds");
            }
            Map<String, Object> all = new LinkedHashMap<>(said.all());
            double each = said.number("answered");
            if (cell.who().broker() && each > 0) { // who does not say how many were answered has no messages for each
                all.put("messages_per_tx", Math.round((servers.received() - before) / each * THOUSAND) / THOUSAND);
            }
            all.putAll(machine);
            all.putAll(servers.versions());
            if (!said.right()) {
                all.put("wrote", kept(cell, run));
            }
            return new Line(all);
        } catch (RunFailedException e) {
            goOn();
            throw new RunFailedException(e.getMessage() + "; all that it wrote is in " + kept(cell, run));
        } finally {
            running = null;
        }
    }

    /** Where that which the run has written stays. */
    private String kept(Cell cell, RunProcess run) throws IOException {
        String who = cell.contender().replaceAll("[^A-Za-z0-9]+", "-");
        Path file = Files.createTempFile(Files.createDirectories(options.errors()), who + "-", ".log");
        return Files.move(run.errors(), file, StandardCopyOption.REPLACE_EXISTING)
                .toString();
    }

    private Duration limit(Cell cell) {
        return cell.limit(BESIDES.plusSeconds(options.warm() + (long) cell.seconds(options.seconds())));
    }

    private Path written(Cell cell, Servers servers, List<String> urls, Path home) throws IOException, SQLException {
        Path file = home.resolve("setting");
        Properties all = new Properties();
        all.setProperty("contender", cell.who().name());
        all.setProperty("warm", Integer.toString(options.warm()));
        all.setProperty("seconds", Integer.toString(options.seconds()));
        all.setProperty("limit", Long.toString(limit(cell).toSeconds()));
        all.putAll(cell.more());
        all.setProperty("clients", Integer.toString(cell.clients()));
        all.setProperty("content", Integer.toString(cell.content()));
        all.setProperty("folder", home.toString());
        all.setProperty("file", file.toString());
        all.setProperty("databases", Integer.toString(urls.size()));
        for (int i = 0; i < urls.size(); i++) {
            PostgresServer server = servers.database(i, cell.prepared());
            all.setProperty("database." + i, urls.get(i));
            all.setProperty("process.database" + i, Long.toString(server.pid()));
        }
        if (cell.who().broker()) {
            all.setProperty("broker", servers.broker().uri());
            all.setProperty("process.broker", Long.toString(servers.broker().pid()));
        }
        try (Writer out = Files.newBufferedWriter(file)) {
            all.store(out, null);
        }
        return file;
    }

    private static void remove(Path home) {
        try (Stream<Path> all = Files.walk(home)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException e) { // the latter of a file that goes while it is looked at
            System.err.println("Left " + home + ": " + e);
        }
    }

    /** Does not return when this JVM is ending: then no further run begins, and none is told to have failed. */
    private void goOn() throws InterruptedException {
        if (ending) {
            RunProcess run = running;
            if (run != null) {
                run.close(); // it began when the hook had already looked
            }
            new CountDownLatch(1).await();
        }
    }

    /** When this JVM ends in the middle of a run: the run must not outlive it. Its servers end by themselves. */
    private void abandon() {
        ending = true;
        RunProcess run = running;
        Path home = folder;
        if (run != null) {
            run.close();
        }
        if (home != null && Files.exists(home)) {
            remove(home);
        }
        places.values().forEach(Place::removeFiles);
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
        places.values().forEach(Place::close);
    }
}
