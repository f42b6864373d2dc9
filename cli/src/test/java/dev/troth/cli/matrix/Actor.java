package dev.troth.cli.matrix;

import dev.troth.cli.process.ServiceProcess;
import dev.troth.cli.process.ServiceSpec;

/** A service, which is a process now and another one after its death. */
final class Actor implements AutoCloseable {
    private final ServiceSpec spec;
    private ServiceProcess process;

    private Actor(ServiceSpec spec, ServiceProcess process) {
        this.spec = spec;
        this.process = process;
    }

    static Actor start(ServiceSpec spec) {
        return new Actor(spec, spec.start());
    }

    ServiceProcess process() {
        return process;
    }

    void restart() {
        process.close();
        process = spec.start();
    }

    @Override
    public void close() {
        process.close();
    }
}
