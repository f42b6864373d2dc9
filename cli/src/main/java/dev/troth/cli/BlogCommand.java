package dev.troth.cli;

import dev.troth.example.blog.BlogService;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "blog",
        sortOptions = false,
        description = "Run the blog service of the example until it is stopped (Ctrl-C, or kill).",
        footer = {
            "",
            "It answers POST /submit_blog, where ?consistency=eventual does not wait for the review, GET /blogs/{id},",
            "GET /transactions/{id} and GET /healthz."
        })
final class BlogCommand implements Callable<Integer> {
    @Mixin
    private final ServiceOptions options = new ServiceOptions();

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "The port for HTTP on 127.0.0.1; 0 takes any that is free (default: ${DEFAULT-VALUE}).")
    private int port;

    @Override
    public Integer call() throws IOException {
        return options.run("blog", port, settings -> {
            BlogService service = BlogService.start(settings);
            return new ServiceOptions.Running(service.uri(), service::close);
        });
    }
}
