/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.declaration;

import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.rules.Rule;
import java.util.Optional;
import javax.annotation.processing.Messager;

/** What came of reading a top-level type: what it declares, or what is wrong with it. */
public final class Reading {
    private final Optional<Declaration> declaration;
    private final Problems problems;
    private final SourceLocation header;

    public Reading(Optional<Declaration> declaration, Problems problems, SourceLocation header) {
        this.declaration = declaration;
        this.problems = problems;
        this.header = header;
    }

    /** What the type declares; empty where there are problems. */
    public Optional<Declaration> declaration() {
        return declaration;
    }

    /** Whether the type names something that is not there, or not yet. */
    public boolean waits() {
        return problems.waits();
    }

    /** Whether there are problems that the developer learns of. */
    public boolean told() {
        return problems.told();
    }

    /** Reports every problem where it is written. */
    public void tell(Messager messager) {
        problems.tell(messager);
    }

    /** Reports a problem with the header's name. */
    public void tellOfHeader(Messager messager, Rule rule, Object... args) {
        Problems further = new Problems();
        further.error(header, rule, args);
        further.tell(messager);
    }

    /** The first problem, for whoever uses the type. */
    Optional<String> firstProblem() {
        return problems.first();
    }
}
