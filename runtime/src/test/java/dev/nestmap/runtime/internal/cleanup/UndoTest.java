/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that a block which fails undoes what it did, the last thing first. */
class UndoTest {
    private final List<String> undone = new ArrayList<>();

    @Test
    void aCommittedBlockUndoesNothing() {
        assertThat(add(1, 2)).isEqualTo(3);

        assertThat(undone).isEmpty();
    }

    private int add(int first, int second) {
        try (Undo undo = new Undo(() -> undone.add("first"))) {
            return undo.commit(first + second);
        }
    }

    @Test
    void theStepsOfABlockThatReturnsWithoutCommitRun() {
        try (Undo undo = new Undo(() -> undone.add("first"))) {
            undo.add(() -> undone.add("second"));
        }

        assertThat(undone).containsExactly("second", "first");
    }

    @Test
    void everyStepRunsAndTheirFailuresAreSuppressed() {
        Error cause = new StackOverflowError();

        assertThatThrownBy(() -> fail(cause)).isSameAs(cause);
        assertThat(undone).containsExactly("first");
        assertThat(cause.getSuppressed()).singleElement().satisfies(second -> {
            assertThat(second).hasMessage("third");
            assertThat(second.getSuppressed())
                    .singleElement()
                    .satisfies(other -> assertThat(other).hasMessage("second"));
        });
    }

    private void fail(Error cause) {
        try (Undo undo = new Undo(() -> undone.add("first"))) {
            undo.add(() -> {
                throw new IllegalStateException("second");
            });
            undo.add(() -> {
                throw new IllegalStateException("third");
            });
            throw cause;
        }
    }
}
