// libsodium as the distribution ships it. Only the targets SSPRCrypto and SSPRDevice import this module.
#include <sodium.h>
