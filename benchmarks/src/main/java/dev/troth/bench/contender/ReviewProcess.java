package dev.troth.bench.contender;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Troth;
import dev.troth.jdbc.TrothTables;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** The process of a participant. It ends when its standard input does, so it never outlives the run. */
final class ReviewProcess implements AutoCloseable {
    private static final String READY = "ready";

    private final Process process;

    private ReviewProcess(Process process) {
        this.process = process;
    }

    /** Starts one for the database of that number. */
    static ReviewProcess start(Setting setting, int number) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReviewProcess.class.getName(),
                        setting.word("file", ""),
                        Integer.toString(number)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new ReviewProcess(process);
    }

    void awaitReady() throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        if (!READY.equals(line)) {
            throw new IOException("The process of the participant said '" + line + "' and not that it is ready");
        }
    }

    /** The other process. */
    @SuppressWarnings("try") // Troth works until its block ends
    public static void main(String[] arguments) throws IOException, SQLException {
        Setting setting = Setting.read(Path.of(arguments[0]));
        int number = Integer.parseInt(arguments[1]);
        try (HikariDataSource pool = Rows.pool(setting.databases().get(number), setting.clients() + 4)) {
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
