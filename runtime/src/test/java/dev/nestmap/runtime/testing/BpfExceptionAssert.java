/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import java.util.Objects;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.InstanceOfAssertFactory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** Asserts the fields of a {@link BpfException}. */
public final class BpfExceptionAssert extends AbstractThrowableAssert<BpfExceptionAssert, BpfException> {
    /** For {@code assertThatThrownBy(...).asInstanceOf(BPF_EXCEPTION)}, which fails if another exception was thrown. */
    public static final InstanceOfAssertFactory<BpfException, BpfExceptionAssert> BPF_EXCEPTION =
            new InstanceOfAssertFactory<>(BpfException.class, BpfExceptionAssert::new);

    private BpfExceptionAssert(BpfException actual) {
        super(actual, BpfExceptionAssert.class);
    }

    /** Asserts that a call throws a {@link BpfException} whose message contains these parts. */
    public static BpfExceptionAssert assertBpfException(ThrowingCallable call, String... parts) {
        return assertThrown(BpfException.class, call, parts).asInstanceOf(BPF_EXCEPTION);
    }

    /** The message of the refusal of a call; empty if it was not refused. */
    public static String refusal(ThrowingCallable call) {
        BpfException refused = catchThrowableOfType(BpfException.class, call);
        return refused == null ? "" : String.valueOf(refused.getMessage());
    }

    /** Asserts that a call throws an exception of this type whose message contains these parts. */
    public static AbstractThrowableAssert<?, ? extends Throwable> assertThrown(
            Class<? extends Throwable> type, ThrowingCallable call, String... parts) {
        AbstractThrowableAssert<?, ? extends Throwable> thrown =
                assertThatThrownBy(call).isInstanceOf(type);
        for (String part : parts) {
            thrown.hasMessageContaining(part);
        }
        return thrown;
    }

    /** Asserts that a call throws an {@link IllegalArgumentException} whose message contains these parts. */
    public static AbstractThrowableAssert<?, ? extends Throwable> assertInvalid(
            ThrowingCallable call, String... parts) {
        return assertThrown(IllegalArgumentException.class, call, parts);
    }

    /** Requires this reason. */
    public BpfExceptionAssert hasReason(Reason reason) {
        return require("reason", reason, actual.reason());
    }

    /** Requires this errno; null if neither the kernel nor libbpf refused. */
    public BpfExceptionAssert hasErrno(@Nullable Errno errno) {
        return require("errno", errno, actual.errno());
    }

    /** Requires the noun of the operation. */
    public BpfExceptionAssert isOf(String operation) {
        return require("operation", operation, actual.operation());
    }

    /** Requires the name of the map. */
    public BpfExceptionAssert onMap(String map) {
        return require("map", map, actual.map());
    }

    /** Requires the outer or the inner key. */
    public BpfExceptionAssert atKey(Object key) {
        return require("key", key, actual.key());
    }

    private BpfExceptionAssert require(String field, @Nullable Object expected, @Nullable Object found) {
        if (!Objects.equals(expected, found)) {
            throw failureWithActualExpected(
                    found, expected, "Expected the %s %s, found %s in: %s", field, expected, found, actual);
        }
        return this;
    }
}
