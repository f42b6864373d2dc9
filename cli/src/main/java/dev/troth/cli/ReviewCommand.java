package dev.troth.cli;

import dev.troth.example.blog.ReviewService;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "review",
        sortOptions = false,
        description = "Run the review service of the example until it is stopped (Ctrl-C, or kill).",
        footer = {"", "It answers GET /reviews?blog_id=N and GET /healthz."})
final class ReviewCommand implements Callable<Integer> {
    @Mixin
    private final ServiceOptions options = new ServiceOptions();

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8081",
            description = "The port for HTTP on 127.0.0.1; 0 takes any that is free (default: ${DEFAULT-VALUE}).")
    private int port;

    @Override
    public Integer call() throws IOException {
        return options.run("review", port, settings -> {
            ReviewService service = ReviewService.start(settings);
            return new ServiceOptions.Running(service.uri(), service::close);
        });
    }
}
