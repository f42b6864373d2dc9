package dev.troth.bench.contender;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Troth;
import dev.troth.jdbc.TrothTables;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The process of a participant. It ends when its standard input does, so it never outlives the run. Options for its JVM come, with spaces
 * between them, in the system property {@code troth.bench.participant}: {@code --jvm=-Dtroth.bench.participant=-XX:…}.
 */
final class ReviewProcess implements AutoCloseable {
    private static final String READY = "ready";
    private static final String OPTIONS = "troth.bench.participant";

    private final Process process;

    private ReviewProcess(Process process) {
        this.process = process;
    }

    /** Starts one for the database of that number. */
    static ReviewProcess start(Setting setting, int number) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
        String more = System.getProperty(OPTIONS, "");
        command.addAll(more.isEmpty() ? List.of() : List.of(more.split(" ")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ReviewProcess.class.getName()));
        command.addAll(List.of(setting.word("file", ""), Integer.toString(number)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new ReviewProcess(process);
    }

    void awaitReady() throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.equals(READY)) { // a profiler says something first
            line = lines.readLine();
        }
        if (line == null) {
            throw new IOException("The process of the participant ended before it was ready");
        }
    }

    /** The other process. */
    @SuppressWarnings("try") // Troth works until its block ends
    public static void main(String[] arguments) throws IOException, SQLException {
        Setting setting = Setting.read(Path.of(arguments[0]));
        int number = Integer.parseInt(arguments[1]);
        try (HikariDataSource pool = Rows.pool(setting.databases().get(number), setting.atOnce() + 4)) {
            TrothTables.of(pool).create();
            try (Troth unused = TrothOverRabbit.reviews(setting, number, pool)) {
                System.out.println(READY);
                while (System.in.read() >= 0) {
                    // until the run ends
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).close();
        process.onExit().join();
    }
}
