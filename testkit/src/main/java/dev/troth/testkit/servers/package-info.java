/**
 * Private servers for tests: PostgreSQL, MariaDB and RabbitMQ as real processes on 127.0.0.1, in directories of their own,
 * without Docker and without root. They end with the JVM that started them, however it ends. And a proxy to break what connects them.
 */
@NullMarked
package dev.troth.testkit.servers;

import org.jspecify.annotations.NullMarked;
