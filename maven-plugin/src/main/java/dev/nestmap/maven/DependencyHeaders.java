/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Gathers the headers of a module's dependencies in one directory, from which clang includes them. */
final class DependencyHeaders {
    /** Where the annotation processor writes headers, in a class output or a jar. */
    static final String FOLDER = "META-INF/bpf/include";

    /** What the names of generated ones end with. */
    static final String SUFFIX = ".bpf.h";

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
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                add(file.getFileName().toString(), new Header(dependency, text(Files.readAllBytes(file))));
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

    /** Only what is right in the folder: a name with a path in it could lead anywhere. */
    private static boolean isInFolder(ZipEntry entry) {
        String name = entry.getName();
        return name.startsWith(FOLDER + "/") && name.lastIndexOf('/') == FOLDER.length() && !name.contains("\\");
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
        try (Stream<Path> files = Files.list(into)) {
            for (Path file : files.toList()) {
                if (!headers.containsKey(file.getFileName().toString())) {
                    Files.delete(file);
                }
            }
        }
        for (Map.Entry<String, Header> header : headers.entrySet()) {
            Path file = into.resolve(header.getKey());
            String text = header.getValue().text();
            if (!Files.exists(file) || !text(Files.readAllBytes(file)).equals(text)) {
                Files.writeString(file, text);
            }
        }
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }
}
