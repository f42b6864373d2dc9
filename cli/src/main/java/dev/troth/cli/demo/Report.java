package dev.troth.cli.demo;

import java.time.Duration;
import java.util.List;

/** Shows what is played. */
interface Report {
    /** Something is being prepared. */
    void progress(String line);

    /** A scene is over. */
    void scene(SceneResult result);

    /** Everything is over. */
    void end(List<SceneResult> results, Duration took);
}
