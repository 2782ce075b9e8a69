/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Gathers the headers of a module's dependencies in one directory, from which clang includes them. */
final class DependencyHeaders {
    /** Where the annotation processor writes headers, in a class output or a jar. */
    static final String FOLDER = "META-INF/bpf/include";

    /** What the names of generated ones end with. */
    static final String SUFFIX = ".bpf.h";

    /** A folder or file: neither none, nor one of those that lead elsewhere. */
    private static final Pattern PART = Pattern.compile("(?!\\.\\.?$)[^\\\\\\p{Cntrl}]+");

    private record Header(Path origin, String text) {}

    private final Map<String, Header> headers = new TreeMap<>();

    private DependencyHeaders() {}

    /**
     * Makes a directory hold exactly the headers of these dependencies. A header that is there already is left alone.
     *
     * @param dependencies jars, and class directories of modules that are built together with this one
     * @throws BuildException where two dependencies have different headers of one name
     */
    static void gather(List<Path> dependencies, Path into) throws IOException, BuildException {
        DependencyHeaders found = new DependencyHeaders();
        for (Path dependency : dependencies) {
            if (Files.isDirectory(dependency)) {
                found.addDirectory(dependency);
            } else if (dependency.toString().endsWith(".jar") && Files.exists(dependency)) {
                found.addJar(dependency);
            }
        }
        found.write(into);
    }

    private void addDirectory(Path dependency) throws IOException, BuildException {
        Path folder = dependency.resolve(FOLDER);
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                add(folder.relativize(file).toString(), new Header(dependency, text(Files.readAllBytes(file))));
            }
        }
    }

    private void addJar(Path dependency) throws IOException, BuildException {
        try (ZipFile jar = new ZipFile(dependency.toFile())) {
            for (ZipEntry entry :
                    jar.stream().filter(DependencyHeaders::isInFolder).toList()) {
                String name = entry.getName().substring(FOLDER.length() + 1);
                add(name, new Header(dependency, text(jar.getInputStream(entry).readAllBytes())));
            }
        }
    }

    /** Only what can't lead out of the folder. */
    private static boolean isInFolder(ZipEntry entry) {
        String name = entry.getName();
        return name.startsWith(FOLDER + "/")
                && Arrays.stream(name.substring(FOLDER.length() + 1).split("/", -1))
                        .allMatch(part -> PART.matcher(part).matches());
    }

    private void add(String name, Header header) throws BuildException {
        if (!name.endsWith(".h")) { // those that generated ones include, too
            return;
        }
        Header other = headers.putIfAbsent(name, header);
        if (other != null && !other.text().equals(header.text())) {
            throw new BuildException("Two dependencies have different headers called " + name + ": " + other.origin()
                    + " and " + header.origin() + ". Use one of them, or versions of both that agree.");
        }
    }

    private void write(Path into) throws IOException {
        Files.createDirectories(into);
        deleteOthers(into);
        for (Map.Entry<String, Header> header : headers.entrySet()) {
            Path file = into.resolve(header.getKey());
            String text = header.getValue().text();
            if (!Files.exists(file) || !text(Files.readAllBytes(file)).equals(text)) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, text);
            }
        }
    }

    private void deleteOthers(Path into) throws IOException {
        List<Path> kept = headers.keySet().stream().map(into::resolve).toList();
        try (Stream<Path> paths = Files.walk(into)) {
            // What is in a folder comes before it.
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(into) && kept.stream().noneMatch(header -> header.startsWith(path))) {
                    Files.delete(path);
                }
            }
        }
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }
}
