package dev.troth.bench;

import static dev.troth.bench.MadeUp.TROTH;
import static dev.troth.bench.MadeUp.TWO_COMMITS;
import static dev.troth.bench.MadeUp.line;
import static dev.troth.bench.MadeUp.with;
import static dev.troth.bench.MadeUp.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ChartsTest {

    @Test
    void few_places_are_bars_as_long_as_their_values() throws Exception {
        Document chart = chart(line(TWO_COMMITS, 1_000), line(TROTH, 500), wrong(line("Nobody & <sons>", 2_000)));

        List<Element> bars = elements(chart, "rect");
        assertThat(bars).hasSize(3);
        assertThat(width(bars.get(0))).isEqualTo(2 * width(bars.get(1)));
        assertThat(width(bars.get(2))).isZero();
        assertThat(words(chart))
                .contains(
                        "two-databases: tx/s",
                        "8 clients",
                        TWO_COMMITS,
                        "1,000",
                        TROTH,
                        "500",
                        "Nobody & <sons>",
                        "WRONG");
    }

    @Test
    void ours_stands_out() throws Exception {
        assertThat(elements(chart(line(TWO_COMMITS, 1_000), line(TROTH, 500)), "rect"))
                .extracting(bar -> bar.getAttribute("class"))
                .containsExactly("bar c1", "bar c0");
    }

    @Test
    void many_places_are_curves_through_their_values() throws Exception {
        List<Line> lines = new ArrayList<>();
        for (int clients : List.of(8, 16, 32, 64)) {
            lines.add(with(line(TWO_COMMITS, 100 * clients), "clients", clients));
            lines.add(with(line(TROTH, 50 * clients), "clients", clients));
        }
        Document chart = chart(lines.toArray(Line[]::new));

        List<Element> curves = elements(chart, "polyline");
        assertThat(curves).hasSize(2);
        assertThat(curves.get(0).getAttribute("points").split(" ")).hasSize(4);
        assertThat(curves).extracting(curve -> curve.getAttribute("class")).containsExactly("series c1", "series c0");
        assertThat(words(chart)).contains("8", "64", "clients", "two commits 6,400", "Troth 3,200");
        assertThat(elements(chart, "title")).extracting(Element::getTextContent).contains("Troth, 16: 800");
    }

    @Test
    void a_chart_can_be_read_in_the_dark() throws Exception {
        assertThat(elements(chart(line(TROTH, 1)), "style").get(0).getTextContent())
                .contains("@media (prefers-color-scheme: dark)");
    }

    private static Document chart(Line... lines) throws Exception {
        String svg = Charts.of(Squares.of(Workload.TWO_DATABASES, List.of(lines)));
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static List<Element> elements(Document chart, String name) {
        NodeList all = chart.getElementsByTagName(name);
        return IntStream.range(0, all.getLength())
                .mapToObj(i -> (Element) all.item(i))
                .toList();
    }

    private static List<String> words(Document chart) {
        return elements(chart, "text").stream().map(Element::getTextContent).toList();
    }

    private static double width(Element bar) {
        return Double.parseDouble(bar.getAttribute("width"));
    }
}
