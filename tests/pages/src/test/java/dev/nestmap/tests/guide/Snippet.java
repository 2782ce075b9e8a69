/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of code on a page. HTML comments, which readers don't see, say how it is compiled:
 *
 * <ul>
 *   <li>{@code <!-- given: TenantFlowsBpf bpf, Path pin -->} names the variables that the following Java statements use, until the
 *       next such comment.
 *   <li>{@code <!-- in an object: record Flow(...) {} -->} puts the next block, which is one or more records, into an object
 *       beside the records of the comment.
 *   <li>{@code <!-- c: tenant_flows.bpf.h -->} puts the next block of C behind an {@code #include} of this header;
 *       {@code <!-- c in a program: tenant_flows.bpf.h -->} also puts it into an XDP program. C that begins with a licence is a whole
 *       program and needs no comment.
 *   <li>{@code <!-- file: examples/tenant-flows/pom.xml -->} says that the next block is this file of the repository, see {@link
 *       ShownFilesTest}.
 *   <li>{@code <!-- part of: examples/tenant-flows/pom.xml -->} says that the next block is in this file, see {@link BlocksTest}; {@code
 *       <!-- managed by: pom.xml -->} says that the versions of the next block's dependencies are in this POM.
 *   <li>{@code <!-- built by: bin/test-builds -->} and {@code <!-- parsed by: ... -->} name the script or test that reads the next block
 *       from the page.
 *   <li>{@code <!-- generated: tenant_flows.bpf.h -->} says that the next block is a part of this file, which the processor writes.
 *   <li>{@code <!-- declared in: helpers.bpf.h -->} says that this header defines the functions that the next block declares.
 *   <li>{@code <!-- beside: examples/templates/bill/.../Billing.java -->} compiles this file beside the page's code, for a page that does not show
 *       all files of an example, see {@link Page}.
 * </ul>
 *
 * @param language the language of the block: {@code java}, {@code c}, {@code text}; empty if none is named
 * @param how the words before the colon of the comment that stands directly before the block; empty if there is none
 * @param argument what stands behind the colon
 * @param given the variables that statements use
 * @param code the block
 * @param line the line of the page that the block begins at
 */
record Snippet(String language, String how, String argument, String given, String code, int line) {
    private static final Pattern PART = Pattern.compile(
            "<!-- (?<how>[a-z ]+):(?<argument>[^>]*(?:>(?<!-->)[^>]*)*?) -->\\n|^```(?<language>\\w*)\\n(?<code>.*?)^```$",
            Pattern.DOTALL | Pattern.MULTILINE);

    /** A file of its own: it begins with a package, an import, a type or its annotations, or in C with a licence. */
    private static final Pattern FILE = Pattern.compile(
            "((package|import|@BpfObject|@BpfType|public|final class|class|interface) ?\\b|/\\* SPDX).*",
            Pattern.DOTALL);

    /** Reads the blocks of a page. */
    static List<Snippet> of(String page) {
        List<Snippet> snippets = new ArrayList<>();
        String given = "";
        String how = "";
        String argument = "";
        int end = 0;
        for (Matcher part = PART.matcher(page); part.find(); end = part.end()) {
            if (!page.substring(end, part.start()).isBlank()) {
                how = ""; // the comment was about another block
                argument = "";
            }
            if (part.group("language") == null) {
                how = part.group("how");
                argument = part.group("argument").trim();
                given = how.equals("given") ? argument : given;
            } else {
                int line = (int) page.substring(0, part.start("code")).lines().count() + 1;
                snippets.add(new Snippet(part.group("language"), how, argument, given, part.group("code"), line));
            }
        }
        return snippets;
    }

    /** Whether the block is a whole source file. */
    boolean isFile() {
        return FILE.matcher(code).matches();
    }

    boolean is(String wanted) {
        return how.equals(wanted);
    }
}
