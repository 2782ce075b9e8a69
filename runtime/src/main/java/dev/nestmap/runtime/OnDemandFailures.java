/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.SlotKey;

/** Reports failures of an {@link OnDemandServer} to its listener and to the log. */
final class OnDemandFailures {
    private final String name;
    private final OnDemandServer.Listener<?, ?> listener;

    /** @param name name of the outer map */
    OnDemandFailures(String name, OnDemandServer.Listener<?, ?> listener) {
        this.name = name;
        this.listener = listener;
    }

    /** Reports that the inner map of a slot could not be created. */
    void failed(SlotKey slot, Throwable cause) {
        failed(BpfException.of(
                        cause instanceof BpfException known ? known.reason() : Reason.ACTION_FAILED,
                        "creation of an inner map on demand")
                .map(name)
                .key(slot.key())
                .because(cause.toString())
                .cause(cause)
                .build());
    }

    /** Reports whatever has ended a round of the server. Throws nothing: if there is no memory for the report, the next round goes on without. */
    void ofRound(Throwable cause) {
        try {
            failed(
                    cause instanceof RuntimeException known
                            ? known
                            : BpfException.of(Reason.ACTION_FAILED, "serving of requests")
                                    .map(name)
                                    .because(cause.toString())
                                    .cause(cause)
                                    .build());
        } catch (Throwable e) {
            // There is no memory, for example.
        }
    }

    /** Reports a failure. The log gets no stack trace, because a flood of keys or a database that is down repeats the failure. */
    void failed(RuntimeException failure) {
        warn("requests for inner maps of " + name + " are not served: " + failure.getMessage());
        try {
            listener.failed(failure);
        } catch (Throwable e) { // even after an Error, the server must go on
            warn("the listener to requests for inner maps of " + name + " failed: " + e);
        }
    }

    private void warn(String message) {
        WarningLog.RUNTIME.warn("on-demand map " + name, message, null);
    }
}
