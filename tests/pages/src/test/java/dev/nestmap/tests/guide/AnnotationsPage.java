/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The page {@code docs/reference/annotations.md}: a list of the annotations with the names of their attributes, and of the enums that they use. */
final class AnnotationsPage {
    private static final Path SOURCES = Path.of("../../annotations/src/main/java/dev/nestmap/annotations");

    private static final String HEAD = """
            ---
            purpose: Lists annotations and the names of their attributes.
            ---

            # Annotations

            Annotations declare maps, types, programs and variables. If you want to see them in use, begin with [Declare maps](../guide/declare.md). The
            name of an annotation leads to its Javadoc, which says what the attributes mean. You only have to write those that are **bold** here.

            """;

    /** The annotations of integers, which differ in nothing but their widths and have a line for all of them. */
    private static final Pattern WIDTH = Pattern.compile("(Be|S|U)[0-9]+");

    private final DocTrees docs;
    private final List<String> widths = new ArrayList<>();

    private AnnotationsPage(DocTrees docs) {
        this.docs = docs;
    }

    /** Generates the page. */
    static String text() throws IOException {
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
        try (Stream<Path> sources = Files.list(SOURCES);
                Stream<Path> kernel = Files.list(SOURCES.resolve("kernel"));
                StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<Path> paths = Stream.concat(sources.sorted(), kernel.sorted())
                    .filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                    .toList();
            JavacTask task = (JavacTask)
                    compiler.getTask(null, files, null, null, null, files.getJavaFileObjectsFromPaths(paths));
            AnnotationsPage page = new AnnotationsPage(DocTrees.instance(task));
            StringBuilder text = new StringBuilder(HEAD);
            List<String> rows = new ArrayList<>();
            List<String> enums = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                page.add(unit, rows, enums);
            }
            rows.forEach(text::append);
            text.append("- ")
                    .append(String.join(", ", page.widths))
                    .append(": an integer in C, signed (`S`), unsigned (`U`) or in network byte order (`Be`)\n");
            text.append("\n## Types of attributes\n\n");
            enums.forEach(text::append);
            return text.toString();
        }
    }

    private void add(CompilationUnitTree unit, List<String> rows, List<String> enums) {
        ClassTree type = (ClassTree) unit.getTypeDecls().get(0);
        TreePath path = new TreePath(new TreePath(unit), type);
        String name = type.getSimpleName().toString();
        String directory = "/api/%s/"
                .formatted(
                        Objects.requireNonNull(unit.getPackageName()).toString().replace('.', '/'));
        if (type.getKind() != Tree.Kind.ANNOTATION_TYPE) {
            enums.add("- [%s](%s%s.html): %s\n".formatted(name, directory, name, inLine(summary(path))));
        } else if (WIDTH.matcher(name).matches()) {
            widths.add("[@%s](%s%s.html)".formatted(name, directory, name));
        } else {
            add(path, name, directory, rows);
        }
    }

    /** Adds an annotation, and those that are nested in it, without the containers of repeated ones. */
    private void add(TreePath path, String name, String directory, List<String> rows) {
        ClassTree type = (ClassTree) path.getLeaf();
        String attributes = type.getMembers().stream()
                .filter(MethodTree.class::isInstance)
                .map(MethodTree.class::cast)
                .map(method -> (method.getDefaultValue() == null ? "**`%s`**" : "`%s`").formatted(method.getName()))
                .collect(Collectors.joining(", "));
        rows.add("- [@%s](%s%s.html): %s%s\n"
                .formatted(
                        name,
                        directory,
                        name,
                        inLine(summary(path)),
                        attributes.isEmpty() ? "" : " (" + attributes + ")"));
        type.getMembers().stream()
                .filter(ClassTree.class::isInstance)
                .map(ClassTree.class::cast)
                .filter(nested -> !nested.getSimpleName().contentEquals("All"))
                .forEach(nested ->
                        add(new TreePath(path, nested), name + "." + nested.getSimpleName(), directory, rows));
    }

    private static String inLine(String markdown) {
        return uncapitalized(markdown.replaceAll("\\s+", " "));
    }

    private static String uncapitalized(String text) {
        return text.isEmpty() ? "" : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    /** The Javadoc of a type or member as Markdown, up to the first colon, semicolon, subordinate clause or end of a sentence. */
    private String summary(TreePath path) {
        DocCommentTree comment = docs.getDocCommentTree(path);
        return comment == null
                ? ""
                : markdown(comment.getFirstSentence())
                        .strip()
                        .replaceAll("(?s)[:;] .*|, (which|so that|with which|whose|by default) .*|[.]$", "")
                        .replaceFirst("^Declares that ", "");
    }

    private String markdown(List<? extends DocTree> trees) {
        return trees.stream().map(this::markdown).collect(Collectors.joining());
    }

    private String markdown(DocTree tree) {
        if (tree instanceof TextTree text) {
            return text.getBody().replaceAll("\\s+", " ");
        } else if (tree instanceof LiteralTree literal) {
            return "`" + literal.getBody().getBody().strip().replaceAll("\\s+", " ") + "`";
        } else if (tree instanceof LinkTree link) {
            return link(link);
        }
        throw new IllegalStateException("no Markdown for " + tree);
    }

    private String link(LinkTree link) {
        String target = link.getReference().getSignature().replaceFirst("^#", "");
        return link.getLabel().isEmpty() ? "`" + target + "`" : markdown(link.getLabel());
    }
}
