/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.CType;
import java.util.List;

/** Checks that {@code @Size} says as many numbers as a component's type needs, and such as C has arrays of. */
public record SizeCheck(Problems problems) {
    /** Whether the sizes are as the type wants them, so that readers may take them as they are. */
    boolean isSized(Component component, int dimensions) {
        List<Integer> sizes = component.sizes();
        if (sizes.size() != dimensions) {
            problems.error(
                    component.place(),
                    sizes.isEmpty() ? Rule.SIZE_MISSING : Rule.SIZE_DOES_NOT_FIT,
                    component.qualifiedName(),
                    component.typeName(),
                    dimensions == 0 ? "leave @Size out" : "write @Size(" + example(dimensions) + ")");
            return false;
        }
        if (component.truncates() && !component.innermost().is(String.class)) {
            problems.error(
                    component.place(),
                    Rule.SIZE_DOES_NOT_FIT,
                    component.qualifiedName(),
                    component.type(),
                    "leave truncate out: only a String is cut");
            return false;
        }
        return sizes.stream().allMatch(size -> isSize(component, size));
    }

    /** Whether so many elements of this type are not more than Java can address. */
    boolean fits(Component component, CType element) {
        return isInRange(component, element.size() * component.size());
    }

    private boolean isSize(Component component, int size) {
        return size > 0 || isInRange(component, size);
    }

    private boolean isInRange(Component component, long bytes) {
        boolean inRange = bytes > 0 && bytes <= Integer.MAX_VALUE;
        if (!inRange) {
            problems.error(component.place(), Rule.SIZE_OUT_OF_RANGE, component.qualifiedName(), bytes);
        }
        return inRange;
    }

    private static String example(int dimensions) {
        return dimensions == 1
                ? "n"
                : "{" + String.join(", ", List.of("n", "m", "k", "j").subList(0, Math.min(dimensions, 4))) + "}";
    }
}
