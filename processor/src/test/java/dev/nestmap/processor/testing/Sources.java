/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.testing;

import com.google.testing.compile.JavaFileObjects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;

/** Makes source files, named after the first type in their text. */
public final class Sources {
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.$]+);");
    private static final Pattern TYPE =
            Pattern.compile("(?m)^(?:public |final )*(?:@interface|interface|record|enum|class) ([\\w$]+)");

    /** Imports, and what is indented behind them. */
    private static final Pattern INSIDE = Pattern.compile("(?s)((?:import [^\\n]*\\n+)*)( .*)");

    private Sources() {}

    /** A source file with this text. */
    public static JavaFileObject of(String text) {
        Matcher type = TYPE.matcher(text);
        if (!type.find()) {
            throw new IllegalArgumentException("no type in " + text);
        }
        Matcher name = PACKAGE.matcher(text);
        String prefix = name.find() ? name.group(1) + "." : "";
        return JavaFileObjects.forSourceString(prefix + type.group(1), text);
    }

    /** A source file in package {@code com.acme} that imports Nestmap's annotations. */
    public static JavaFileObject acme(String text) {
        return of("package com.acme;\n\nimport dev.nestmap.annotations.*;\nimport dev.nestmap.annotations.kernel.*;\n\n"
                + text);
    }

    /** Source files as of {@link #acme}. Each begins behind an empty line, at the begin of a line. */
    public static List<JavaFileObject> eachOf(String text) {
        return Stream.of(text.split("\n\n(?=\\S)", -1)).map(Sources::acme).toList();
    }

    /** The object {@code Flows} with these declarations. */
    public static JavaFileObject inFlows(String declarations) {
        return acme(wrapped(declarations.indent(4)));
    }

    /**
     * The source files below a folder, except those below the subfolders with these names. Files without a package are as in {@link #acme}.
     * What is indented is inside of the object {@code Flows}.
     */
    public static List<JavaFileObject> allIn(Path folder, String... excluded) {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> Stream.of(excluded).noneMatch(folder.relativize(path)::startsWith))
                    .sorted()
                    .map(Texts::read)
                    .map(text -> text.startsWith("package ") ? of(text) : acme(wrapped(text)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String wrapped(String text) {
        Matcher inside = INSIDE.matcher(text);
        return inside.matches() ? inside.group(1) + "@BpfObject\ninterface Flows {\n" + inside.group(2) + "}\n" : text;
    }
}
