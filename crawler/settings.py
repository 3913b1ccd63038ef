"""Scrapy's settings for every patrol; what differs between patrols comes from the plan (spiders/base.py).

Alphabetical within groups; a reason beside each departure from Scrapy's default.
"""

from __future__ import annotations

# Project
BOT_NAME = "xuncha"
SPIDER_MODULES = ["crawler.spiders"]

# Going gently
AUTOTHROTTLE_MAX_DELAY = 30.0  # a host slower than this is met by the timeout
DOWNLOAD_DELAY_JITTER = 0.0  # the plan's delay is a promise, not an average
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # a dead page is a line of the journal, not an error of ours
RETRY_PRIORITY_ADJUST = 100  # a visit in flight may hold up its target's budget: finish it before the next

# Fetching
COMPRESSION_ENABLED = True
CONCURRENT_ITEMS = 1  # Scrapy starts this many tasks for every response; a page makes one request at most
COOKIES_ENABLED = True
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",  # the pages a reader in the district would get
}
DOWNLOAD_HANDLERS = {
    # only the web is fetched, and byte-exact
    "data": None,
    "file": None,
    "ftp": None,
    "http": "crawler.download.DownloadHandler",
    "https": "crawler.download.DownloadHandler",
    "s3": None,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.decompress.DecompressMiddleware": 590,
    "crawler.middlewares.robots.RobotsMiddleware": 100,
    # each hop is evidence of its own, so redirects are visits; scope is asked before a url is queued;
    # the plan's proxy and timeout are the handler's
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
}
DOWNLOADER_STATS = False  # measures every response a second time
SCHEDULER = "crawler.scheduler.Scheduler"
SPIDER_MIDDLEWARES = {
    # error pages are evidence; depth, length and referrer are the visit's
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}

# Telling
EXTENSIONS = {
    "crawler.extensions.disk.DiskWatch": 0,
    "crawler.extensions.jsonlog.JsonLog": 0,
    "crawler.extensions.progress.ProgressFile": 0,
    "crawler.extensions.sync.Sync": 0,
    "scrapy.extensions.logstats.LogStats": None,  # progress.json tells more
    "scrapy.extensions.remote_control.RemoteControl": None,  # opens a port
    "scrapy.extensions.telnet.TelnetConsole": None,  # opens a port
}
LOG_LEVEL = "ERROR"  # of the console; crawl.log.jsonl in the patrol folder has the rest
STATS_DUMP = False

# Our own
XUNCHA_CHROMIUM = ""  # path of a browser; empty: playwright's own, then the system's
XUNCHA_MIN_FREE_BYTES = 500_000_000  # less free disk ends the patrol before a write fails
XUNCHA_PROXY = ""  # set by the plan
XUNCHA_SYNC_SECONDS = 1.0  # a power loss costs at most this much of a patrol
