/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.EntityTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ReturnTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The page {@code docs/reference/annotations.md}: the Javadoc of the annotations and of the enums that they use. */
final class AnnotationsPage {
    private static final Path SOURCES = Path.of("../annotations/src/main/java/dev/nestmap/annotations");

    private static final String HEAD = """
            # Annotations

            Every annotation of the package `dev.nestmap.annotations` with its attributes, and the enums that they use. At the end are those of
            `dev.nestmap.annotations.kernel`, for fields that the kernel manages. [Declare maps](../guide/declare.md) shows them in
            use. `AnnotationsPageTest` writes this page from the Javadoc
            (`-Dtest=AnnotationsPageTest -Dgolden.update=true`).
            """;

    private final DocTrees docs;
    private final Set<String> names;
    private boolean preformatted;

    private AnnotationsPage(DocTrees docs, Set<String> names) {
        this.docs = docs;
        this.names = names;
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
            AnnotationsPage page = new AnnotationsPage(
                    DocTrees.instance(task),
                    paths.stream().map(AnnotationsPage::name).collect(Collectors.toSet()));
            StringBuilder text = new StringBuilder(HEAD);
            for (CompilationUnitTree unit : task.parse()) {
                text.append(page.section(unit));
            }
            return text.toString().replaceAll(" +\n", "\n");
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName()).replace(".java", "");
    }

    private String section(CompilationUnitTree unit) {
        ClassTree type = (ClassTree) unit.getTypeDecls().get(0);
        TreePath path = new TreePath(new TreePath(unit), type);
        boolean isAnnotation = type.getKind() == Tree.Kind.ANNOTATION_TYPE;
        List<String> rows = new ArrayList<>();
        for (Tree member : type.getMembers()) {
            String meaning = inRow(comment(new TreePath(path, member)));
            if (member instanceof MethodTree method && isAnnotation) {
                String otherwise = method.getDefaultValue() == null ? "required" : "`" + method.getDefaultValue() + "`";
                rows.add("| `%s` | `%s` | %s | %s |\n"
                        .formatted(method.getName(), method.getReturnType(), otherwise, meaning));
            } else if (member instanceof VariableTree constant && !meaning.isEmpty()) {
                rows.add("| `%s` | %s |\n".formatted(constant.getName(), meaning));
            }
        }
        String head = isAnnotation
                ? "| attribute | type | default | meaning |\n| --- | --- | --- | --- |\n"
                : "| constant | meaning |\n| --- | --- |\n";
        return "\n## %s%s\n\n%s\n%s"
                .formatted(
                        isAnnotation ? "@" : "",
                        type.getSimpleName(),
                        comment(path),
                        rows.isEmpty() ? "" : "\n" + head + String.join("", rows));
    }

    private static String inRow(String markdown) {
        return markdown.replaceAll("\\s+", " ").replace("|", "\\|");
    }

    /** The Javadoc of a type or member as Markdown; empty if it has none. */
    private String comment(TreePath path) {
        DocCommentTree comment = docs.getDocCommentTree(path);
        return comment == null ? "" : markdown(comment.getFullBody()).strip();
    }

    private String markdown(List<? extends DocTree> trees) {
        return trees.stream().map(this::markdown).collect(Collectors.joining());
    }

    private String markdown(DocTree tree) {
        if (tree instanceof TextTree text) {
            return text.getBody().replaceAll("\\s+", " ");
        } else if (tree instanceof LiteralTree literal) {
            String body = literal.getBody().getBody();
            return preformatted
                    ? body.stripIndent().strip()
                    : "`" + body.strip().replaceAll("\\s+", " ") + "`";
        } else if (tree instanceof LinkTree link) {
            return link(link);
        } else if (tree instanceof ReturnTree result) {
            return capitalized(markdown(result.getDescription())) + ".";
        } else if (tree instanceof StartElementTree start) {
            preformatted = start.getName().contentEquals("pre");
            return element(start.getName().toString(), true);
        } else if (tree instanceof EndElementTree end) {
            preformatted = false;
            return element(end.getName().toString(), false);
        } else if (tree instanceof EntityTree entity) {
            return entity.toString();
        }
        throw new IllegalStateException("no Markdown for " + tree);
    }

    private String link(LinkTree link) {
        String target = link.getReference().getSignature();
        String label =
                link.getLabel().isEmpty() ? "`" + target.replaceFirst("^#", "") + "`" : markdown(link.getLabel());
        String type = target.replaceFirst("#.*", "");
        return names.contains(type) ? "[" + label + "](#" + type.toLowerCase(java.util.Locale.ROOT) + ")" : label;
    }

    private static String element(String name, boolean start) {
        return switch (name) {
            case "p" -> start ? "\n\n" : "";
            case "li" -> start ? "\n- " : "";
            case "sup" -> start ? "<sup>" : "</sup>";
            case "ul" -> "\n";
            case "pre" -> start ? "\n\n```text\n" : "\n```\n";
            default -> throw new IllegalStateException("no Markdown for the element " + name);
        };
    }

    private static String capitalized(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
