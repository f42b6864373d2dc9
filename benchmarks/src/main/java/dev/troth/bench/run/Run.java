package dev.troth.bench.run;

import dev.troth.bench.contender.Contender;
import dev.troth.bench.contender.Contenders;
import dev.troth.bench.contender.Setting;
import dev.troth.bench.fixture.Program;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The main class of the JVM of one run: takes the file with its setting, and says what it measured in one line of JSON. */
public final class Run {
    private static final int STATES = 2;

    private Run() {}

    /** Runs it. */
    public static void main(String[] arguments) {
        Program.run(arguments, Run::measure);
    }

    private static Map<String, Object> measure(Setting setting) throws Exception {
        Map<String, Object> line = new LinkedHashMap<>();
        try (Ground ground = new Ground(setting.databases())) {
            Contender contender = Contenders.named(setting.contender()).open(setting);
            Clients clients = new Clients(contender, setting);
            Meter meter = new Meter(setting.other(), contender.processes());
            clients.start();
            TimeUnit.SECONDS.sleep(setting.number("warm", 5));
            long warm = clients.answered();
            Ground.Written[] writes = new Ground.Written[STATES];
            Meter.Reading[] readings = new Meter.Reading[STATES];
            writes[0] = ground.written();
            readings[0] = meter.read();
            clients.measure();
            long doneBefore = contender.done().orElse(0);
            TimeUnit.SECONDS.sleep(setting.number("seconds", 15));
            clients.stop();
            long done = contender.done().orElse(0) - doneBefore;
            readings[1] = meter.read();
            writes[1] = ground.written();
            long measured = clients.answered() - warm;
            clients.join();
            long answered = System.nanoTime();
            contender.drain();
            contender.close();
            Agreement agreement = ground.agree(clients.all());
            line.putAll(clients.figures());
            line.putAll(readings[1].since(readings[0], measured));
            line.putAll(writes[1].since(writes[0], measured));
            if (contender.done().isPresent()) { // who answers before it is done has the rate of what is
                line.put("per_second", clients.perSecond(done));
            }
            line.put("drain_ms", millis(System.nanoTime() - answered));
            line.putAll(contender.remarks());
            line.put("answered", clients.answered());
            line.putAll(agreement.figures());
        }
        return line;
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
