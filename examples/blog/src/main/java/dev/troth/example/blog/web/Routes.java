package dev.troth.example.blog.web;

import java.util.ArrayList;
import java.util.List;

/** Who answers what. Immutable; every method returns a changed copy. */
public final class Routes {
    private final List<Route> routes;

    private Routes(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    /** Nobody answers anything. */
    public static Routes none() {
        return new Routes(List.of());
    }

    /** Also answers GET. */
    public Routes get(String path, Endpoint.Immediate endpoint) {
        return plus(new Route("GET", path, Endpoint.of(endpoint)));
    }

    /** Also answers POST. */
    public Routes post(String path, Endpoint endpoint) {
        return plus(new Route("POST", path, endpoint));
    }

    private Routes plus(Route route) {
        List<Route> all = new ArrayList<>(routes);
        all.add(route);
        return new Routes(all);
    }

    List<Route> all() {
        return routes;
    }
}
