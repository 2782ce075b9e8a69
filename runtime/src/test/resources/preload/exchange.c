// SPDX-License-Identifier: Apache-2.0
/*
 * Exchanges a file or directory for a symbolic link right before a chosen system call of the process into which this library is
 * loaded with LD_PRELOAD. Another user who may write to the directory could do this at the same moment, but would rarely hit it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static char place[PATH_MAX];
static char target[PATH_MAX];
static int left = -1; /* calls until the exchange; negative if there is nothing to do */

/* Exchanges path for a link before the call with this number, counted from 0 while the path exists. */
void exchange_before(const char *path, const char *link, int call)
{
	strncpy(place, path, sizeof(place) - 1);
	strncpy(target, link, sizeof(target) - 1);
	left = call;
}

/* Whether the exchange took place. Ends waiting for it. */
int exchange_ended(void)
{
	int exchanged = left < 0;

	left = -1;
	return exchanged;
}

static void step(void)
{
	char aside[PATH_MAX + 8];
	struct stat status;

	if (left < 0 || lstat(place, &status) != 0 || left-- > 0)
		return;
	snprintf(aside, sizeof(aside), "%s~aside", place);
	REAL(rename)(place, aside);
	if (symlink(target, place) != 0)
		perror(place);
}

int chown(const char *path, uid_t owner, gid_t group)
{
	step();
	return REAL(chown)(path, owner, group);
}

int chmod(const char *path, mode_t mode)
{
	step();
	return REAL(chmod)(path, mode);
}

int mkdir(const char *path, mode_t mode)
{
	step();
	return REAL(mkdir)(path, mode);
}

int rmdir(const char *path)
{
	step();
	return REAL(rmdir)(path);
}

int unlink(const char *path)
{
	step();
	return REAL(unlink)(path);
}

int rename(const char *from, const char *to)
{
	step();
	return REAL(rename)(from, to);
}

/* libbpf pins and opens maps by this call. */
long syscall(long number, ...)
{
	long a[6];
	va_list arguments;

	step();
	va_start(arguments, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(arguments, long);
	va_end(arguments);
	return REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
