/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.schema.MapKind;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Enables kernel tests if this machine can run them. */
final class KernelCondition implements ExecutionCondition {
    private static final Optional<String> OBSTACLE = obstacle();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (OBSTACLE.isEmpty()) {
            return ConditionEvaluationResult.enabled("the kernel can be used");
        }
        if ("1".equals(System.getenv("NESTMAP_REQUIRE_KERNEL"))) {
            throw new IllegalStateException("NESTMAP_REQUIRE_KERNEL=1, but: " + OBSTACLE.get());
        }
        return ConditionEvaluationResult.disabled(OBSTACLE.get());
    }

    private static Optional<String> obstacle() {
        if (TestPrograms.find().isEmpty()) {
            return Optional.of("no clang on the PATH: install the package clang");
        }
        try {
            new KernelMapFactory()
                    .create(new MapShape("probe", MapKind.ARRAY, 4, 4, 1, 0), null)
                    .close();
            return Optional.empty();
        } catch (BpfException e) {
            return Optional.of(e.getMessage());
        }
    }
}
