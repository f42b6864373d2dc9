package dev.troth.cli.demo;

/** Where the scenes are played: two services, their databases, and somebody who writes down what happens. */
interface Stage extends AutoCloseable {
    /** The service that starts the transactions. */
    Actor blog();

    /** The service that takes part. */
    Actor review();

    /** Their databases. */
    Databases databases();

    /** What happens. */
    Timeline timeline();

    /** Ends everything that was started. */
    @Override
    void close();
}
