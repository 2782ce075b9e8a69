/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.SimpleJavaFileObject;

/** A source file. */
public final class Source extends SimpleJavaFileObject {
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
    private static final Pattern TYPE =
            Pattern.compile("(?m)^(?:public |final )*(?:@interface|interface|record|enum|class) (\\w+)");

    private final String text;

    private Source(String name, String text) {
        super(URI.create("string:///" + name), Kind.SOURCE);
        this.text = text;
    }

    /** A source file of this text, called after the first type in it. */
    public static Source of(String text) {
        Matcher type = TYPE.matcher(text);
        if (!type.find()) {
            throw new IllegalArgumentException("no type in " + text);
        }
        Matcher name = PACKAGE.matcher(text);
        String folder = name.find() ? name.group(1).replace('.', '/') + "/" : "";
        return new Source(folder + type.group(1) + ".java", text);
    }

    /** A source file of package {@code com.acme} that imports Nestmap's annotations. */
    static Source acme(String text) {
        return of("package com.acme;\n\nimport dev.nestmap.annotations.*;\n\n" + text);
    }

    /** The source files below a folder but not in the folders called so. */
    static List<Source> allIn(Path folder, String... without) {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> Stream.of(without).noneMatch(folder.relativize(path)::startsWith))
                    .sorted()
                    .map(Source::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Source read(Path path) {
        try {
            return of(Files.readString(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text() {
        return text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
    }
}
