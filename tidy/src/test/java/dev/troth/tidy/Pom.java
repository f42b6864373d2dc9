package dev.troth.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** A pom.xml, as far as the rules ask. */
record Pom(Path file, Element project) {

    /** One dependency as it is written. */
    record Dependency(String group, String artifact, String version, String scope, boolean optional) {}

    /** Reads the file, which is given relative to the root. */
    static Pom read(Path file) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return new Pom(
                    file,
                    factory.newDocumentBuilder()
                            .parse(Repository.ROOT.resolve(file).toFile())
                            .getDocumentElement());
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalStateException(file + " cannot be read", e);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    /** Every dependency in it, managed or used. */
    Stream<Dependency> dependencies() {
        return elements("dependency")
                .map(dependency -> new Dependency(
                        child(dependency, "groupId"),
                        child(dependency, "artifactId"),
                        child(dependency, "version"),
                        child(dependency, "scope"),
                        child(dependency, "optional").equals("true")));
    }

    /** Every element of that name. */
    Stream<Element> elements(String name) {
        var found = project.getElementsByTagName(name);
        return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i));
    }

    private static String child(Element element, String name) {
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeName().equals(name)) {
                return node.getTextContent().strip();
            }
        }
        return "";
    }
}
