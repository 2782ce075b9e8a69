/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import dev.nestmap.annotations.Size;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.CType;
import java.util.List;

/** Checks that {@code @Size} has as many numbers as a component's type needs, and that C has arrays of these sizes. */
public record SizeCheck(Problems problems) {
    /** Whether {@code @Size} fits the component's type; reports it otherwise. Readers use the numbers without further checks. */
    boolean isSized(Component component, int dimensions) {
        if (!component.annotation(Size.class).stream().allMatch(problems::isComplete)) {
            return false;
        }
        List<Integer> sizes = component.sizes();
        if (sizes.size() != dimensions) {
            rejectCount(component, dimensions);
            return false;
        }
        if (component.truncates() && !component.innermost().is(String.class)) {
            problems.error(
                    component,
                    Rule.SIZE_DOES_NOT_FIT,
                    component.typeName(),
                    "only a String can be truncated",
                    "remove truncate");
            return false;
        }
        return sizes.stream().allMatch(size -> isSize(component, size));
    }

    private void rejectCount(Component component, int dimensions) {
        String write = "write @Size(" + example(dimensions) + ")";
        String type = component.typeName();
        if (component.sizes().isEmpty()) {
            problems.error(component, Rule.SIZE_MISSING, type, write);
            return;
        }
        problems.error(
                component,
                Rule.SIZE_DOES_NOT_FIT,
                type,
                dimensions == 0
                        ? "this type has a fixed size"
                        : "it needs one number for each dimension of the type, the outermost first",
                dimensions == 0 ? "remove @Size" : write);
    }

    /** Whether Java can address an array with the declared number of such elements. */
    boolean fits(Component component, CType element) {
        return isInRange(component, element.size() * component.size());
    }

    private boolean isSize(Component component, int size) {
        return size > 0 || isInRange(component, size);
    }

    private boolean isInRange(Component component, long bytes) {
        boolean inRange = bytes > 0 && bytes <= Integer.MAX_VALUE;
        if (!inRange) {
            problems.error(component, Rule.SIZE_OUT_OF_RANGE, bytes);
        }
        return inRange;
    }

    private static String example(int dimensions) {
        return dimensions == 1
                ? "n"
                : "{" + String.join(", ", List.of("n", "m", "k", "j").subList(0, Math.min(dimensions, 4))) + "}";
    }
}
