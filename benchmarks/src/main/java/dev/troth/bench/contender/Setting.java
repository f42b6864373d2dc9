package dev.troth.bench.contender;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;

/**
 * Where a run takes place, as the file says that it is given. Addresses have passwords in them, so they are not on a command line.
 *
 * @param contender the name of the contender
 * @param clients how many call at once
 * @param databases JDBC URLs with user and password; the first holds the blogs, the others the reviews
 * @param broker the AMQP URI
 * @param folder private to the run, for logs of those who keep files; on the disk that the databases are on
 * @param other everything else
 */
public record Setting(
        String contender, int clients, List<String> databases, String broker, Path folder, Properties other) {

    /** What the file says. */
    public static Setting read(Path file) throws IOException {
        Properties all = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            all.load(in);
        }
        List<String> databases = IntStream.range(0, Integer.parseInt(all.getProperty("databases")))
                .mapToObj(i -> all.getProperty("database." + i))
                .toList();
        return new Setting(
                all.getProperty("contender"),
                Integer.parseInt(all.getProperty("clients")),
                databases,
                all.getProperty("broker", ""),
                Path.of(all.getProperty("folder")),
                all);
    }

    /** The database with the blogs. */
    public String blogs() {
        return databases.get(0);
    }

    /** The only database with reviews. */
    public String reviews() {
        if (databases.size() != 2) {
            throw new IllegalArgumentException(contender + " writes to two databases, not to " + databases.size());
        }
        return databases.get(1);
    }

    /** How many transactions a service runs at once, whoever makes them; who comes more waits in line: docs/performance.md says why four a processor. */
    public int atOnce() {
        return Math.min(clients, 4 * Runtime.getRuntime().availableProcessors());
    }

    /** How long whoever works in a run waits for something that has to come: three such waits fit into the limit of the run. */
    public Duration patience() {
        return Duration.ofSeconds(number("limit", 180) / 3);
    }

    /** A number that is not in every run, or what is usual. */
    public int number(String name, int usual) {
        return Integer.parseInt(other.getProperty(name, Integer.toString(usual)));
    }

    /** A word that is not in every run, or what is usual. */
    public String word(String name, String usual) {
        return other.getProperty(name, usual);
    }
}
