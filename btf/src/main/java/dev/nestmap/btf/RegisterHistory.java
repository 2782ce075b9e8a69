/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Follows the value in a register back to the instruction that made it, along the path in the verifier's log, and describes it in one line:
 *
 * <pre>
 * read from ctx() as pkt(r=0); call bpf_skb_pull_data
 * result of bpf_map_lookup_elem as map_value_or_null(id=1,map=totals,ks=4,vs=8)
 * read from map_ptr(ks=8,vs=8) as scalar()
 * 32-bit copy of pkt(r=0) as scalar()
 * address as map_ptr(map=totals,ks=4,vs=8)
 * number as 0
 * </pre>
 *
 * <p>After "as" comes the register's state behind that instruction, then the functions that were called since. The description is empty if the log does
 * not show where the value came from, for example because the path is cut off.
 */
public final class RegisterHistory {
    /** An instruction. Behind a semicolon come the registers that it used or changed ({@code print_insn_state} in {@code kernel/bpf/log.c}). */
    private static final Pattern INSTRUCTION = Pattern.compile("(\\d+): \\(([0-9a-f]{2})\\) ([^;]+)");

    private static final Pattern SET = Pattern.compile("([rw])(\\d|10) (\\S*=) (.+)");
    private static final Pattern REGISTER = Pattern.compile("[rw](\\d|10)");
    private static final Pattern READ = Pattern.compile("\\*\\([us]\\d+ \\*\\)\\(r(\\d|10) ([+-]\\d+)\\)");
    private static final Pattern STORE = Pattern.compile("\\*\\((u\\d+) \\*\\)\\(r10 ([+-]\\d+)\\) = (\\S+)");
    /** A slot of the stack that holds no whole register any more. */
    private static final Pattern OVERWRITTEN = Pattern.compile("\\bfp(-\\d+)(?:_\\w+)?=[m?0]{8}");

    private static final Pattern CALL = Pattern.compile("call (?:(\\w+)#-?\\d+|pc[+-]\\d+)");

    /** The state of a register before an instruction on another path: the one that jumped there. */
    private static final Pattern FROM = Pattern.compile("from (\\d+) to \\d+");

    /** A function that the verifier checks on its own. */
    private static final Pattern GLOBAL = Pattern.compile("Func#\\d+ .*(?:valid|[Ss]kipping)");

    private static final Pattern NUMBER = Pattern.compile("P?scalar|inv|P?-?(?:0x)?[0-9a-f]+$");

    /** {@code BPF_LD | BPF_IMM | BPF_DW}: a large number, or the address of a map, a variable or a function. */
    private static final String ADDRESS = "18";

    /** The last register for arguments: calls forget what R1 to R5 hold. */
    private static final int LAST_ARGUMENT = 5;

    private static final int FRAME_POINTER = 10;

    private static final List<Pattern> STATES = IntStream.rangeClosed(0, FRAME_POINTER)
            .mapToObj(number -> Pattern.compile("\\bR" + number + "(?:_\\w+)?=(\\w+(?:\\([^)]*\\))?)"))
            .toList();

    /** The lines on the way to the error, the last one first. */
    private final List<String> path;

    private final Deque<String> calls = new ArrayDeque<>();

    /** What is followed: a register, or an 8-byte slot of the stack such as {@code -16}. */
    private int register;

    private @Nullable String slot;

    /** The number of calls in which the walk is, and that of what is followed. */
    private int frame;

    private int ownFrame;

    /** The line in which the last search for the state of a register ended. No later search of the walk begins before it. */
    private final int[] found = new int[STATES.size()];

    private RegisterHistory(List<String> path, int register) {
        this.path = path;
        this.register = register;
    }

    /** Describes the value that a register had at the last instruction. */
    public static String of(List<String> log, int register) {
        return new RegisterHistory(path(log), register).follow();
    }

    /** Leaves out what the verifier tried on other paths. Ends where the log does not show which of several runs of an instruction led on. */
    private static List<String> path(List<String> log) {
        Map<String, Integer> last = new HashMap<>();
        Map<Integer, Integer> before = new HashMap<>();
        Map<String, Integer> runs = new HashMap<>();
        for (int i = 0; i < log.size(); i++) {
            Matcher from = FROM.matcher(log.get(i));
            Matcher instruction = INSTRUCTION.matcher(log.get(i));
            if (from.lookingAt()) {
                before.put(i, runs.getOrDefault(from.group(1), 0) == 1 ? last.getOrDefault(from.group(1), -1) : -1);
            } else if (instruction.lookingAt()) {
                last.put(instruction.group(1), i);
                runs.merge(instruction.group(1), 1, Integer::sum);
            }
        }
        List<String> path = new ArrayList<>();
        for (int i = log.size() - 1; i >= 0; i = before.getOrDefault(i, i - 1)) {
            path.add(log.get(i));
        }
        return path;
    }

    private String follow() {
        boolean isBefore = false; // the last instruction is the one that the verifier refused
        for (int i = 0; i < path.size(); i++) {
            Matcher instruction = INSTRUCTION.matcher(path.get(i));
            if (!instruction.lookingAt()) {
                continue;
            }
            if (isBefore) {
                String origin =
                        origin(i, instruction.group(2), instruction.group(3).strip());
                if (origin != null) {
                    return origin.isEmpty() ? "" : described(origin, i);
                }
            }
            isBefore = true;
        }
        boolean isArgument = slot == null && register >= 1 && register <= LAST_ARGUMENT && frame == ownFrame;
        return isArgument && !path.isEmpty() ? described("argument", path.size() - 1) : "";
    }

    /** What an instruction did to the value; null if it did nothing, and empty if that is not clear. */
    private @Nullable String origin(int at, String code, String text) {
        if (ownFrame == frame
                && OVERWRITTEN
                        .matcher(path.get(at))
                        .results()
                        .anyMatch(found -> found.group(1).equals(slot))) {
            return "";
        }
        Matcher call = CALL.matcher(text);
        if (call.lookingAt()) {
            return calls(at, call.group(1));
        }
        if (text.startsWith("exit")) {
            boolean isResult = ownFrame == frame && slot == null && register == 0;
            frame++;
            ownFrame += isResult ? 1 : 0;
            return null;
        }
        if (ownFrame != frame) {
            return null;
        }
        Matcher store = STORE.matcher(text);
        if (slot != null) {
            return store.lookingAt() && store.group(2).equals(slot) ? stored(store) : null;
        }
        Matcher set = SET.matcher(text);
        return set.matches() && Integer.parseInt(set.group(2)) == register ? set(at, code, set) : null;
    }

    private @Nullable String calls(int at, @Nullable String function) {
        boolean isGlobal = at > 0 && GLOBAL.matcher(path.get(at - 1)).lookingAt();
        boolean isEntered = function == null ? !isGlobal : path.get(at).contains(": frame");
        if (isEntered) {
            frame--;
            if (ownFrame <= frame) {
                return null;
            }
            boolean isPassed = function == null && slot == null && register >= 1 && register <= LAST_ARGUMENT;
            ownFrame = frame;
            return isPassed ? null : "";
        }
        String name = function == null ? "a global function" : function;
        if (ownFrame != frame) {
            return null;
        }
        if (slot == null && register <= LAST_ARGUMENT) {
            return register == 0 ? "result of " + name : "lost in " + name;
        }
        calls.addFirst(name);
        return null;
    }

    private @Nullable String stored(Matcher store) {
        Matcher source = REGISTER.matcher(store.group(3));
        if (!store.group(1).equals("u64") || !source.matches()) {
            return "number";
        }
        slot = null;
        register = Integer.parseInt(source.group(1));
        return null;
    }

    private @Nullable String set(int at, String code, Matcher set) {
        Matcher source = REGISTER.matcher(set.group(4));
        int from = source.matches() ? Integer.parseInt(source.group(1)) : 0;
        String state = source.matches() ? state(at, from) : "";
        if (!set.group(3).equals("=")) {
            if (isPointer(state) && set.group(3).equals("-=")) {
                return "difference of pointers";
            }
            // An addition keeps the pointer, which may be on either side.
            register = isPointer(state) && !isPointer(state(at + 1, register)) ? from : register;
            return null;
        }
        if (source.matches()) {
            register = from;
            return set.group(1).equals("w") && isPointer(state)
                    ? "32-bit copy of " + state
                    : from == FRAME_POINTER ? "stack" : null;
        }
        Matcher read = READ.matcher(set.group(4));
        if (read.matches() && Integer.parseInt(read.group(1)) == FRAME_POINTER) {
            slot = read.group(2);
            return null;
        }
        if (read.matches()) {
            int number = Integer.parseInt(read.group(1));
            String base =
                    state(number == register ? at + 1 : at, number); // a line has the states behind its instruction
            return base.isEmpty() ? "" : "read from " + base;
        }
        if (!set.group(4).matches("-?(?:0x)?[0-9a-f]+(?: ll)?")) {
            return "computed";
        }
        String own = own(at);
        return !code.equals(ADDRESS) ? "number" : isPointer(own) ? "address" : own.isEmpty() ? "" : "wide number";
    }

    private static boolean isPointer(String state) {
        return !state.isEmpty() && !NUMBER.matcher(state).lookingAt();
    }

    private String described(String origin, int at) {
        String state = own(at);
        return origin
                + (state.isEmpty() ? "" : " as " + state)
                + calls.stream().map(call -> "; call " + call).collect(Collectors.joining());
    }

    /** The state of the register behind an instruction, which is in the next line before Linux 5.17; empty if there is none. */
    private String own(int at) {
        String state = in(path.get(at), register);
        return state.isEmpty() && at > 0 ? in(path.get(at - 1), register) : state;
    }

    /** The last state of a register up to a line; empty if there is none. */
    private String state(int at, int number) {
        for (int i = Math.max(at, found[number]); i < path.size(); i++) {
            String state = in(path.get(i), number);
            if (!state.isEmpty()) {
                found[number] = i;
                return state;
            }
        }
        found[number] = path.size();
        return "";
    }

    private static String in(String line, int number) {
        Matcher state = STATES.get(number).matcher(line);
        return state.find() ? state.group(1) : "";
    }
}
