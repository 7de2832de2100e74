//! What the pages say: short, and true of the code as it stands.

use super::frame::escaped;
use crate::server::App;

/// One page.
pub(super) struct Page {
    /// Where it is.
    pub(super) path: &'static str,
    /// Its title.
    pub(super) title: &'static str,
    /// Its text as HTML.
    pub(super) body: fn(&App) -> String,
}

/// The pages that are texts.
pub(super) const PAGES: [Page; 6] = [
    Page { path: "/contact", title: "Contact", body: contact },
    Page { path: "/map", title: "Map", body: map },
    Page { path: "/optout", title: "Opting out", body: opt_out },
    Page { path: "/privacy", title: "Privacy", body: privacy },
    Page { path: "/terms", title: "Terms", body: terms },
    Page { path: "/stats/regions", title: "Numbers by region", body: regions },
];

fn contact(app: &App) -> String {
    let contact = match app.config.site.contact.as_str() {
        "" => "The operator of this service has named no contact.".to_owned(),
        text => format!("Reach the operator of this service at {}.", linked(text)),
    };
    format!(
        "<p>{contact}</p><p>The software is Cairn: <a href=\"{0}\">{0}</a>.</p>",
        env!("CARGO_PKG_REPOSITORY")
    )
}

/// A contact as a link where it is an address; text otherwise.
fn linked(text: &str) -> String {
    let shown = escaped(text);
    let is_mail = text.contains('@') && !text.contains(char::is_whitespace);
    if text.starts_with("https://") || text.starts_with("http://") {
        format!("<a href=\"{shown}\">{shown}</a>")
    } else if is_mail {
        format!("<a href=\"mailto:{shown}\">{shown}</a>")
    } else {
        shown
    }
}

fn map(_app: &App) -> String {
    "<p>The map is the <a href=\"/\">start page</a>: it asks this service for a place and draws the \
     answer with the radii it promises. There are no tiles of where transmitters stand.</p>"
        .to_owned()
}

fn opt_out(_app: &App) -> String {
    "<p>To keep a Wi-Fi network out of this map, let its name (SSID) end in <code>_nomap</code>. A name \
     that contains <code>_nomap</code> or <code>_optout</code> in any spelling, or a hidden name, is \
     refused at the door from the next report on: its address is not stored. What was learned before \
     stays until it is superseded, since nothing proves who owns an address.</p>\
     <p>Who does not want to contribute need not: asking for a place stores nothing.</p>"
        .to_owned()
}

fn privacy(app: &App) -> String {
    let relayed = match app.config.relay.servers.len() {
        0 => "",
        _ => {
            " Accepted reports are also sent on to other services the operator has chosen, \
             without anything that tells who sent them."
        }
    };
    format!(
        "<ul>\
         <li>Queries are not stored: not who asked, not what was heard, not the answer.</li>\
         <li>Reports are stored with their place, time and what was heard, without name, key, network \
         name or address of whoever sent them. A contributor is a number that is made anew every day \
         under a key that is destroyed when the day is over.{relayed}</li>\
         <li>A place is never told from one Wi-Fi or Bluetooth device alone, and no answer names a \
         transmitter.</li>\
         <li>Positions of Wi-Fi and Bluetooth devices are never published: whoever held such a table \
         could follow a household that moves. Cells of mobile networks are public; they may be among \
         the <a href=\"/downloads\">downloads</a>.</li>\
         <li>How to keep a network out: <a href=\"/optout\">opting out</a>.</li>\
         </ul>"
    )
}

fn terms(_app: &App) -> String {
    "<p>This service is given as it is, without any warranty: do not let a life depend on an answer. Its \
     answers come with the radius they promise; read it. Ask no more often than you need, and contribute \
     only what your own devices heard. The operator may limit or end the use of the service.</p>"
        .to_owned()
}

fn regions(_app: &App) -> String {
    "<p>Transmitters are not counted by region here. <a href=\"/stats\">Numbers by month</a> are, and \
     where the operator publishes it, the <a href=\"/downloads\">coverage layer</a> says how many are \
     heard where.</p>"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_a_link_where_it_is_an_address_and_always_text_first() {
        assert_eq!(linked("a@b.org"), "<a href=\"mailto:a@b.org\">a@b.org</a>");
        assert!(linked("https://b.org/?q=\"x\"").contains("&quot;x&quot;"));
        assert_eq!(linked("ask <me>"), "ask &lt;me&gt;");
        assert_eq!(linked("javascript:alert(1)"), "javascript:alert(1)");
    }
}
